import type { BulkItems, RunnerEvents } from '../engine/runner.ts';
import { LaneContext } from './lane-context.ts';
import type { LoadedTask } from './load-task.ts';
import type { PendingItem, Stride, StrideHost } from './stride.ts';
import { isThenable } from '../kernel/thenable.ts';
import { isTransferred, unwrapTransferred } from './transfer.ts';

/** What the item behind those that gave values has come to. */
type Stop =
  | { readonly error: unknown }
  | { readonly promise: PromiseLike<unknown>; readonly context: LaneContext };

/**
 * Runs items where they lie, of runs that want nothing but their values. What is around the call is
 * interpreted code in short runs and all the cost there is with tiny items, so it is one plain loop.
 */
export class BulkStride implements Stride {
  private readonly host: StrideHost;
  private readonly events: RunnerEvents<unknown>;
  private readonly bulk: BulkItems<unknown>;
  private readonly values: unknown[] = [];
  private claimed = 0;
  private hasTransferred = false;
  private stop: Stop | null = null;

  constructor(host: StrideHost, events: RunnerEvents<unknown>, bulk: BulkItems<unknown>) {
    this.host = host;
    this.events = events;
    this.bulk = bulk;
  }

  /** Whether there are items that have not begun. */
  get hasMore(): boolean {
    return this.bulk.first < this.bulk.items.length;
  }

  run(task: LoadedTask, most: number): number {
    this.values.length = 0;
    this.hasTransferred = false;
    this.stop = null;
    this.claimed = this.bulk.claim(most);
    if (this.claimed > 0) this.runUntil(this.bulk.first + this.claimed, task);
    return this.values.length;
  }

  private runUntil(end: number, task: LoadedTask): void {
    const { host, values, bulk } = this;
    const { items } = bulk;
    const { trap } = host;
    try {
      for (let index = bulk.first; index < end && !host.isStopped; index++) {
        const item = items[index];
        const context = new LaneContext(index, 1, null, null);
        const value = task(typeof item === 'object' ? unwrapTransferred(item) : item, context);
        if (trap.caught !== undefined) break;
        if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
          if (isThenable(value)) {
            this.stop = { promise: value, context };
            break;
          }
          this.hasTransferred ||= isTransferred(value);
        }
        context.over = true;
        values.push(value);
      }
    } catch (error) {
      this.stop = { error };
    }
    const exit = trap.take();
    if (exit !== undefined) this.stop = { error: exit };
  }

  tell(): PendingItem | undefined {
    const { bulk, values, stop } = this;
    if (this.claimed === 0) return undefined;
    this.sample();
    if (this.hasTransferred)
      for (const [at, value] of values.entries()) values[at] = unwrapTransferred(value);
    bulk.release(values);
    const entry = stop === null ? undefined : bulk.begin();
    if (stop === null || entry === undefined) return undefined;
    if ('promise' in stop) return { entry, ...stop };
    this.events.failed(entry, stop.error, 0);
    return undefined;
  }

  private sample(): void {
    const { record } = this.host;
    const { items, first } = this.bulk;
    for (let at = 0; at < this.values.length && record.wantsSamples; at++)
      record.sample(items[first + at], this.values[at]);
  }
}
