import type { Job } from './job.ts';
import type { Limit, SlotResult } from './limits/limit.ts';
import type { Settings } from './options.ts';
import type { Sink } from './sink.ts';

/** Settled items whose journal records are still being written, at most, before new ones start. */
const MOST_WRITING = 4_096;

/** What an item may have to wait for. */
type Gate = 'rate-limit' | 'limit';

/** Who waits at the gates. */
export interface GateKeeper {
  /** A gate may be open again. */
  pump(): void;
  /** An item would start but for this gate. */
  waits(at: Gate, ms: number | undefined): void;
}

/** What an attempt must pass beside the run's own width: the sink's room, a rate limit, a shared limit. */
export class Gates<T> {
  /** The shared limit as this run sees it; null without one. */
  readonly limit: Limit | null;
  private readonly settings: Settings<T>;
  private readonly sink: Pick<Sink<T, never>, 'room'>;
  private readonly keeper: GateKeeper;
  /** The closed gates, each with what ends the waiting for it. */
  private readonly waiting = new Map<Gate, () => void>();

  constructor(settings: Settings<T>, sink: Pick<Sink<T, never>, 'room'>, keeper: GateKeeper) {
    this.limit = settings.limit?.here?.() ?? settings.limit;
    this.settings = settings;
    this.sink = sink;
    this.keeper = keeper;
  }

  /** Whether an attempt waits for the rate limit or the shared limit. */
  get closed(): boolean {
    return this.waiting.size > 0;
  }

  /** Whether one more attempt may start; if so it holds a slot of the shared limit until `leave`. */
  enter(writing: number, isRetry: boolean): boolean {
    // An item that is tried again has its room already; others may even wait in theirs for it.
    if (!isRetry && (this.sink.room() <= 0 || writing >= MOST_WRITING)) return false;
    return this.rateAllows() && this.slotIsFree();
  }

  /** The attempt that entered starts. */
  started(job: Job<T>): void {
    job.holding = this.limit !== null;
    this.settings.rate?.take(this.settings.clock.now());
  }

  /** The attempt that entered is over, or there was none to start. */
  leave(result: SlotResult, durationMs: number): void {
    this.limit?.release(result, durationMs);
  }

  close(): void {
    for (const withdraw of this.waiting.values()) withdraw();
  }

  private rateAllows(): boolean {
    const { rate, clock } = this.settings;
    const waitMs = rate === null ? 0 : rate.waitMs(clock.now());
    return waitMs === 0 || this.wait('rate-limit', waitMs, (opened) => clock.after(waitMs, opened));
  }

  private slotIsFree(): boolean {
    const { limit } = this;
    if (limit === null || limit.tryAcquire()) return true;
    return this.wait('limit', undefined, (opened) => limit.whenFree(opened));
  }

  /** Waits for a closed gate, unless that is so already. */
  private wait(
    at: Gate,
    ms: number | undefined,
    listen: (opened: () => void) => () => void,
  ): false {
    if (this.waiting.has(at)) return false;
    const withdraw = listen(() => {
      this.waiting.delete(at);
      this.keeper.pump();
    });
    this.waiting.set(at, withdraw);
    this.keeper.waits(at, ms);
    return false;
  }
}
