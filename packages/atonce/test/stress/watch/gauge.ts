/** Counts the tasks that say themselves that they are at work, apart from whatever the engine counts. */
export class Gauge {
  readonly name: string;
  running = 0;
  /** How many there may be at this moment. */
  readonly most: () => number;

  constructor(name: string, most: () => number) {
    this.name = name;
    this.most = most;
  }
}

/**
 * One task at work, until it settles or is told to stop, whichever comes first: from then on the
 * engine counts its slot as free.
 */
export class Presence {
  private readonly gauges: readonly Gauge[];
  private readonly signal: AbortSignal;
  private isHere = false;
  private isOver = false;

  constructor(gauges: readonly Gauge[], signal: AbortSignal, fault: (text: string) => void) {
    this.gauges = gauges;
    this.signal = signal;
    if (signal.aborted) this.isOver = true;
    else signal.addEventListener('abort', this.leave);
    this.come();
    // An attempt that is timed out hears of it last, so one moment's overlap within the turn is none.
    queueMicrotask(() => {
      for (const { name, running, most } of gauges)
        if (running > most()) fault(`${running} tasks at work in ${name}, which has ${most()}`);
    });
  }

  readonly leave = (): void => {
    this.pause();
    this.isOver = true;
    this.signal.removeEventListener('abort', this.leave);
  };

  /** It only waits for what it has started itself, which may have its slot meanwhile. */
  pause(): void {
    if (this.isHere) for (const gauge of this.gauges) gauge.running--;
    this.isHere = false;
  }

  come(): void {
    if (this.isOver || this.isHere) return;
    this.isHere = true;
    for (const gauge of this.gauges) gauge.running++;
  }
}
