import { getEventListeners } from 'node:events';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Draw } from '../draw.ts';

/** A signal that was handed out, and the way to abort it. */
export interface HandedSignal {
  readonly signal: AbortSignal;
  abort(): void;
}

/** How many listen to the abort of a signal. */
export function listenersOf(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

const SHARED = 4;
const LONGEST_MS = 90_000;

/** The signals that many operations share. Each is aborted one day, and another takes its place. */
export class SharedSignals {
  private readonly clock: Clock;
  private readonly draw: Draw;
  private readonly current: HandedSignal[] = [];
  private readonly gone: AbortSignal[] = [];
  private readonly cancels = new Map<number, () => void>();

  constructor(clock: Clock, draw: Draw) {
    this.clock = clock;
    this.draw = draw;
    for (let place = 0; place < SHARED; place++) this.renew(place);
  }

  take(): HandedSignal {
    return this.draw.pick(this.current);
  }

  /** Listeners that were left on any signal there ever was. */
  get listeners(): number {
    const all = [...this.gone, ...this.current.map(({ signal }) => signal)];
    return all.reduce((sum, signal) => sum + listenersOf(signal), 0);
  }

  close(): void {
    for (const cancel of this.cancels.values()) cancel();
  }

  private renew(place: number): void {
    const controller = new AbortController();
    const { signal } = controller;
    this.current[place] = { signal, abort: () => controller.abort('shared') };
    const abort = (): void => {
      this.gone.push(signal);
      this.renew(place);
      controller.abort('shared');
    };
    this.cancels.set(place, this.clock.after(this.draw.random() * LONGEST_MS, abort));
  }
}
