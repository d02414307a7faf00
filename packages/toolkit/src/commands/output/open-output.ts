import { setTimeout as sleep } from 'node:timers/promises';
import type { StopSwitch } from '../../runs/stop-switch.ts';
import type { JobOutput } from './job-output.ts';
import { isShortage } from './spool-file.ts';

/** How long opening is tried again while too many files are open. */
const SHORTAGE_MS = 20_000;

/**
 * Opens a job's output, waiting for other jobs to close their files when there are too many open.
 *
 * @throws the system's error when it cannot be opened.
 */
export function openOutput(
  open: () => JobOutput,
  stop: StopSwitch,
): JobOutput | Promise<JobOutput> {
  try {
    return open();
  } catch (error) {
    if (!isShortage(error)) throw error;
    return openLater(open, stop);
  }
}

async function openLater(open: () => JobOutput, stop: StopSwitch): Promise<JobOutput> {
  const untilMs = performance.now() + SHORTAGE_MS;
  for (let waitMs = 5; ; waitMs = Math.min(waitMs * 2, 250)) {
    await sleep(waitMs);
    try {
      return open();
    } catch (error) {
      if (!isShortage(error) || performance.now() > untilMs || stop.stopping) throw error;
    }
  }
}
