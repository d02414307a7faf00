import type { Chunk, Entry } from './chunk.ts';
import { chunkOf } from './chunk.ts';
import { msSince } from './status-cell.ts';
import type { StatusCell } from './status-cell.ts';

/** Whose items are watched. */
export interface ClockOwner {
  readonly inFlight: readonly Chunk[];
  /** The entry has been running for longer than its job allows. */
  late(chunk: Chunk, sequence: number, entry: Entry): void;
}

/**
 * Watches the item that a worker is at, by the start that the worker stamps into the status cell.
 * One timer for a worker: what starts after a look cannot be late before the next one.
 */
export class ItemClock {
  readonly #cell: StatusCell;
  readonly #owner: ClockOwner;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer is due, by `performance.now`. */
  #dueAt = Infinity;
  #stopped = false;

  constructor(cell: StatusCell, owner: ClockOwner) {
    this.#cell = cell;
    this.#owner = owner;
  }

  /** Something with this time limit was sent. */
  watch(timeoutMs: number): void {
    const dueAt = performance.now() + timeoutMs;
    if (this.#stopped || dueAt >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    // A worker with something to do keeps the process alive by itself.
    this.#timer = setTimeout(() => this.#look(), timeoutMs).unref();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#dueAt = Infinity;
    const limits = this.#owner.inFlight.flatMap(({ job }) => job.timeoutMs ?? []);
    if (limits.length === 0) return;
    const nextMs = Math.min(...limits, this.#lookAtRunning());
    this.watch(nextMs);
  }

  /** Milliseconds that the running item has left; Infinity when there is none to watch. */
  #lookAtRunning(): number {
    const running = this.#cell.running();
    const ranMs = msSince(this.#cell.startedAt());
    const chunk = chunkOf(this.#owner.inFlight, running);
    const entry = chunk?.entries[running - chunk.first];
    const timeoutMs = chunk?.job.timeoutMs;
    // Read again: the item may have changed between the two looks.
    if (
      chunk === undefined ||
      entry === undefined ||
      timeoutMs === undefined ||
      this.#cell.running() !== running
    )
      return Infinity;
    if (timeoutMs > ranMs) return timeoutMs - ranMs;
    this.#owner.late(chunk, running, entry);
    return Infinity;
  }
}
