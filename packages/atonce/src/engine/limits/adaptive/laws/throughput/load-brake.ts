import type { LoadReading } from '../../readings.ts';

/** Above these nothing is gained by more tasks, whatever the far side could do. */
const MOST_CPU = 0.95;
const MOST_MEMORY = 0.9;
const MOST_DELAY_MS = 100;

/** The load is read at most this often, milliseconds. */
const INTERVAL_MS = 250;

/** Looks at this machine's load for a law that steers by something else. */
export class LoadBrake {
  private readonly read: (() => LoadReading) | null;
  private load: LoadReading = {};
  private readAtMs = -Infinity;

  constructor(read: (() => LoadReading) | null) {
    this.read = read;
  }

  /** Why there should be no more tasks; undefined when there may be. */
  whyNotMore(nowMs: number): string | undefined {
    const { cpuShare = 0, eventLoopDelayMs = 0 } = this.look(nowMs);
    if (cpuShare > MOST_CPU) return 'the processor is fully used';
    if (eventLoopDelayMs > MOST_DELAY_MS) return 'the event loop is late';
    return this.whyLess(nowMs);
  }

  /** Why there should be fewer; undefined when there need not be. */
  whyLess(nowMs: number): string | undefined {
    const { memoryShare = 0 } = this.look(nowMs);
    return memoryShare > MOST_MEMORY ? 'memory is nearly full' : undefined;
  }

  private look(nowMs: number): LoadReading {
    if (this.read === null || nowMs - this.readAtMs < INTERVAL_MS) return this.load;
    this.readAtMs = nowMs;
    this.load = this.read();
    return this.load;
  }
}
