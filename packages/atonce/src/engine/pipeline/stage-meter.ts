import { DurationSketch } from './duration-sketch.ts';
import type { NotedClock } from './noted-clock.ts';
import type { StageStatistics } from './statistics.ts';

/**
 * Why a slot stands idle: no input from the stage before, from the source, or because the reader is
 * behind; results that are not taken; or a limit of the stage's own.
 */
export type Idle = 'waiting' | 'source' | 'reader' | 'blocked' | 'held';

/** What a meter measures. */
export interface Metered {
  /** Share of its slots at work, 0 to 1. */
  load(): number;
  /** Why the others are idle. */
  idle(): Idle;
}

/** Counts what a station does and in which state it spends its time. */
export class StageMeter {
  in = 0;
  out = 0;
  failed = 0;
  busyMs = 0;
  waitingMs = 0;
  blockedMs = 0;
  sourceMs = 0;
  readerMs = 0;
  readonly durations: DurationSketch = new DurationSketch();
  private readonly station: Metered;
  private readonly clock: NotedClock;
  /** Up to when time is accounted for; NaN before the start and after the end. */
  private accountedMs = NaN;

  constructor(station: Metered, clock: NotedClock) {
    this.station = station;
    this.clock = clock;
  }

  start(): void {
    this.accountedMs = this.clock.notedMs;
  }

  /** Accounts for the time since the last change. Called before each change, while the state is still that of the time. */
  account(): void {
    const now = this.clock.notedMs;
    const passedMs = now - this.accountedMs;
    // Also when it is not a number.
    if (!(passedMs > 0)) return;
    this.accountedMs = now;
    const load = this.station.load();
    this.busyMs += passedMs * load;
    if (load < 1) this.accountIdle(passedMs * (1 - load));
  }

  end(): void {
    this.account();
    this.accountedMs = NaN;
  }

  /** All that is known, beside what the station says of itself. */
  read(
    standing: Pick<StageStatistics, 'name' | 'kind' | 'concurrency' | 'running' | 'queued'>,
  ): StageStatistics {
    this.account();
    const { in: taken, out, failed, busyMs, waitingMs, blockedMs, durations } = this;
    const { meanMs } = durations;
    const p95Ms = durations.quantileMs(0.95);
    const counts = { in: taken, out, failed };
    return { ...standing, ...counts, busyMs, waitingMs, blockedMs, meanMs, p95Ms };
  }

  private accountIdle(ms: number): void {
    const why = this.station.idle();
    if (why === 'held') this.busyMs += ms;
    else if (why === 'blocked' || why === 'reader') this.blockedMs += ms;
    else this.waitingMs += ms;
    if (why === 'source') this.sourceMs += ms;
    if (why === 'reader') this.readerMs += ms;
  }
}
