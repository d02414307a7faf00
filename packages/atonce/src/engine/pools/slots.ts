import type { Limit, SlotResult } from '../limits/limit.ts';
import type { TotalCap } from './total-cap.ts';
import type { Tracking } from './tracking.ts';

/** Where a pool's slots come from. */
export interface SlotSources {
  /** A number of slots, or a limit that has them. */
  readonly size: number | Limit;
  readonly cap: TotalCap | null;
  readonly tracking: Tracking;
}

/** The slots of one pool: its own, and for each that is not exempt a share of the cap over all pools. */
export class Slots {
  inFlight = 0;
  private readonly width: number;
  private readonly source: Limit | null;
  private readonly cap: TotalCap | null;
  private readonly tracking: Tracking;
  /** The last slot cannot be kept back where it is the only one, and others' limits know nothing of that. */
  private readonly alwaysTracked: boolean;
  private withdraw: (() => void) | null = null;
  private readonly freed: () => void;

  /** @param freed - Called when the limit that the slots come from has one again. */
  constructor({ size, cap, tracking }: SlotSources, freed: () => void) {
    this.width = typeof size === 'number' ? size : Infinity;
    this.source = typeof size === 'number' ? null : size;
    this.cap = cap;
    this.tracking = tracking;
    this.freed = freed;
    this.alwaysTracked = this.width === 1 || this.source !== null || cap !== null;
  }

  get concurrency(): number {
    return this.source === null ? this.width : this.source.concurrency;
  }

  /** Whether it matters how long each use took. */
  get timed(): boolean {
    return this.source !== null;
  }

  /** Whether `take` would give a slot; `exempt` is for what counts as part of a task with a share of the cap. */
  isFree(exempt: boolean): boolean {
    const { source, cap, tracking } = this;
    if (this.alwaysTracked) tracking.turnOn();
    if (cap !== null && !exempt && !cap.free) return false;
    if (source !== null) return source.inFlight < source.concurrency || this.arm(source);
    return this.inFlight < this.width - (tracking.on ? 0 : 1);
  }

  take(exempt: boolean): boolean {
    const { source, cap } = this;
    if (!this.isFree(exempt)) return false;
    if (source !== null && !source.tryAcquire()) return this.arm(source);
    if (!exempt) cap?.slots.tryAcquire();
    this.inFlight++;
    return true;
  }

  /** Gives a slot back that was taken with the same `exempt`. */
  give(result: SlotResult, durationMs: number, exempt: boolean): void {
    this.inFlight--;
    if (!exempt) this.cap?.slots.release('ignore', 0);
    try {
      this.source?.release(result, durationMs);
    } catch (error) {
      // Of a law or listener of the caller's: the slot is free all the same, and no call is to blame.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  close(): void {
    this.withdraw?.();
    this.withdraw = null;
  }

  private arm(source: Limit): false {
    this.withdraw ??= source.whenFree(() => {
      this.withdraw = null;
      this.freed();
    });
    return false;
  }
}
