import type { Decision } from '../engine/runner.ts';
import { ms } from './describe-decision.ts';
import { messageOf, textOf } from './error-text.ts';
import type { WorkFacts } from './placement.ts';
import type { ThroughputWindow } from './throughput.ts';
import { ENOUGH_MS } from './work-class.ts';

/** Why a run's items are executed where they are: the last reason that was given counts. */
export class Grounds {
  reason: Decision['reason'];
  why = `it was less than ${ENOUGH_MS} ms of work`;
  /** The largest gain that was ever predicted for workers. */
  gain = 0;

  constructor(reason: Decision['reason']) {
    this.reason = reason;
  }

  /** Workers are used, as soon as they are ready. */
  forWorkers(reason: 'asked' | 'worth-it', areReady: boolean): void {
    const what = areReady ? 'had answered' : 'were ready';
    this.#give(reason, `it was done before the workers ${what}`);
  }

  predicted(gain: number): void {
    this.gain = Math.max(this.gain, gain);
  }

  notWorthIt({ cloneMs, itemMs, toStart }: WorkFacts): void {
    const dear = cloneMs > itemMs / 4;
    const sending = toStart > 0 ? 'starting workers' : 'sending to workers';
    this.#give(
      'too-small',
      dear
        ? `copying costs ${ms(cloneMs)} an item, the work ${ms(itemMs)}`
        : `the rest, ${ms(itemMs)} an item, is not worth ${sending}`,
    );
  }

  /** Workers gave in a window what the calling thread would have given in `hereMs`. */
  refuted({ items, wallMs }: ThroughputWindow, hereMs: number): void {
    this.#give(
      'too-small',
      `workers gave an item every ${ms(wallMs / items)}, the calling thread needs ${ms(hereMs / items)}`,
    );
  }

  cannotCopy(cause: unknown): void {
    const text = `items or results cannot be copied to workers (${textOf(cause)})`;
    this.#give('unserialisable', text);
  }

  mostlyWaits(): void {
    this.#give('io-bound', 'the items mostly wait');
  }

  noWorker(cause?: unknown): void {
    const because = cause instanceof Error ? (cause.cause ?? cause) : cause;
    const detail = cause === undefined ? '' : ` (${messageOf(because)})`;
    this.#give('no-worker', `no worker could be started${detail}`);
  }

  #give(reason: Decision['reason'], why: string): void {
    this.reason = reason;
    this.why = why;
  }
}
