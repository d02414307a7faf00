import type { Clock } from '../../kernel/clock.ts';
import { TimeoutError } from '../../kernel/errors.ts';
import { Deadlines, type Expiring } from '../deadlines.ts';
import { Breaker } from './breaker.ts';
import type { CacheEvent, StoreOperation } from './cache-event.ts';

/** How patient a cache is with its store. */
export interface Patience {
  /** Longest wait for one answer, milliseconds. */
  readonly timeoutMs: number;
  /** How long a store that hangs or fails again and again is left alone, milliseconds. */
  readonly restMs: number;
}

/** What came of a call: the answer, or nothing because the store failed, hung or is left alone. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

const NO_ANSWER: Answer<never> = { ok: false };

/** What is asked, for events. */
export interface Question {
  readonly operation: StoreOperation;
  readonly key: string | undefined;
}

/** Asks a store so that neither its errors nor its silence reach anybody: they are told as events. */
export class StoreCalls {
  private readonly clock: Clock;
  private readonly tell: (event: CacheEvent) => void;
  private readonly patience: Patience;
  private readonly breaker: Breaker;
  private readonly deadlines: Deadlines<Call>;
  private inProgress = 0;

  constructor(patience: Patience, clock: Clock, tell: (event: CacheEvent) => void) {
    this.clock = clock;
    this.tell = tell;
    this.patience = patience;
    this.breaker = new Breaker(patience.restMs);
    this.deadlines = new Deadlines<Call>(patience.timeoutMs, clock, (call) => call.expire());
  }

  /** Makes a call unless the store is left alone now. Never rejects. */
  ask<T>(question: Question, run: () => Promise<T>): Promise<Answer<T>> {
    const now = this.clock.now();
    if (!this.breaker.lets(now)) return Promise.resolve(NO_ANSWER);
    return new Promise((resolve) => {
      const call = new Call(() => {
        this.end(call);
        const { operation } = question;
        const error = new TimeoutError(this.patience.timeoutMs, `the store's ${operation}`);
        this.failed(question, error, true);
        resolve(NO_ANSWER);
      });
      this.inProgress++;
      this.deadlines.add(call, now);
      run().then(
        (value) => {
          this.end(call);
          // Also a late answer is one: the store lives.
          if (this.breaker.succeeded()) this.tell({ type: 'store-restored' });
          resolve({ ok: true, value });
        },
        (error: unknown) => {
          // What comes after the time limit has been told already.
          if (!call.over) this.failed(question, error, false);
          this.end(call);
          resolve(NO_ANSWER);
        },
      );
    });
  }

  /** Tells of an answer that cannot be used. It is no reason to leave the store alone. */
  unusable({ operation, key }: Question, error: unknown): void {
    this.tell({ type: 'store-failed', operation, key, error });
  }

  private end(call: Call): void {
    if (call.over) return;
    call.over = true;
    this.deadlines.remove(call);
    // Nothing of ours may keep the process alive when nothing is awaited any more.
    if (--this.inProgress === 0) this.deadlines.clear();
  }

  private failed({ operation, key }: Question, error: unknown, hung: boolean): void {
    this.tell({ type: 'store-failed', operation, key, error });
    if (!this.breaker.failed(this.clock.now(), hung)) return;
    this.tell({ type: 'store-bypassed', forMs: this.patience.restMs });
  }
}

class Call implements Expiring {
  deadline = 0;
  earlier: Expiring | null = null;
  later: Expiring | null = null;
  timed = false;
  /** Answered or given up. */
  over = false;
  readonly expire: () => void;

  constructor(expire: () => void) {
    this.expire = expire;
  }
}
