import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LoadReading } from '../engine/limits/adaptive/readings.ts';
import { cores } from './cores.ts';
import { memoryShare } from './memory-share.ts';

/** How finely the event loop is watched, milliseconds. */
const RESOLUTION_MS = 20;

/** Reads the load of this machine and process; each reading covers the time since the one before. */
export interface LoadReadings extends Disposable {
  (): LoadReading;
  /** Stops watching the event loop. */
  close(): void;
}

/**
 * Readings for `adaptiveLimit`: processor and memory of the machine, or of the control group where
 * that is tighter, and how late the event loop is. Does not keep the process alive.
 */
export function loadReadings(): LoadReadings {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let last = processorTimes();
  const read = (): LoadReading => {
    const now = processorTimes();
    const cpuShare = shareBetween(last, now);
    last = now;
    // One long pause in a while is no load; one in ten is.
    const late = Math.max(0, delay.percentile(90) / 1e6 - RESOLUTION_MS);
    const isKnown = delay.count > 0;
    delay.reset();
    return {
      memoryShare: memoryShare(),
      ...(cpuShare === undefined ? {} : { cpuShare }),
      ...(isKnown ? { eventLoopDelayMs: late } : {}),
    };
  };
  const close = (): void => void delay.disable();
  return Object.assign(read, { close, [Symbol.dispose]: close });
}

interface ProcessorTimes {
  readonly atMs: number;
  /** Milliseconds over all processors of the machine. */
  readonly busy: number;
  readonly all: number;
  /** Milliseconds of this process. */
  readonly own: number;
}

function processorTimes(): ProcessorTimes {
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const used = times.user + times.nice + times.sys + times.irq;
    busy += used;
    all += used + times.idle;
  }
  const { user, system } = process.cpuUsage();
  return { atMs: performance.now(), busy, all, own: (user + system) / 1_000 };
}

/** Undefined when too little time has passed for the machine's clock ticks to say anything. */
function shareBetween(from: ProcessorTimes, to: ProcessorTimes): number | undefined {
  const elapsed = to.atMs - from.atMs;
  if (elapsed < RESOLUTION_MS) return undefined;
  // Within a quota the machine may be idle while this process has used up what it may.
  const own = (to.own - from.own) / (elapsed * cores());
  const machine = to.all > from.all ? (to.busy - from.busy) / (to.all - from.all) : 0;
  return Math.min(1, Math.max(own, machine));
}
