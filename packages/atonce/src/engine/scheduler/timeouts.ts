import type { Clock } from '../../kernel/clock.ts';
import { Deadlines } from '../deadlines.ts';
import type { Job } from '../job.ts';

/** Time limits of attempts where tasks have different ones: a list and a timer for each length. */
export class Timeouts {
  private readonly clock: Clock;
  private readonly expired: (job: Job<number>, timeoutMs: number) => void;
  private readonly lists = new Map<number, Deadlines<Job<number>>>();

  constructor(clock: Clock, expired: (job: Job<number>, timeoutMs: number) => void) {
    this.clock = clock;
    this.expired = expired;
  }

  watch(job: Job<number>, timeoutMs: number, now: number): void {
    let list = this.lists.get(timeoutMs);
    if (list === undefined) {
      list = new Deadlines(timeoutMs, this.clock, (each) => this.expired(each, timeoutMs));
      this.lists.set(timeoutMs, list);
    }
    list.add(job, now);
  }

  unwatch(job: Job<number>, timeoutMs: number): void {
    this.lists.get(timeoutMs)?.remove(job);
  }

  close(): void {
    for (const list of this.lists.values()) list.clear();
  }
}
