import type { InlineLane } from './inline-lane.ts';
import type { LaneRecord } from './lane-record.ts';

/** An item that is not settled after this long, on a loop that had little to do, is waiting for something else. */
const PENDING_MS = 1;
/** Share of the time in which the loop was busy above which an unsettled item is computing. */
const BUSY = 0.5;
/** CPU share of the time in calls below which they block rather than compute; computing keeps 0.37 even with 4 rivals on 2 cores. */
const BLOCKED_CPU = 0.25;
/** Less time than this says nothing. */
export const ENOUGH_MS = 4;

/**
 * Calls `waits` if the item that the lane is at turns out to wait rather than to compute: in one look at a
 * time, because the first call of a task keeps the loop busy with code that is new.
 */
export function classifyPending(lane: InlineLane, waits: () => void): void {
  const doneBefore = lane.record.done;
  let before = performance.eventLoopUtilization();
  const look = (): void => {
    if (lane.record.done !== doneBefore || !lane.running) return;
    const now = performance.eventLoopUtilization();
    if (performance.eventLoopUtilization(now, before).utilization < BUSY) return waits();
    before = now;
    setTimeout(look, PENDING_MS).unref();
  };
  setTimeout(look, PENDING_MS).unref();
}

/** What the items seen so far do with their time; undefined while too little was seen. */
export function workClass(record: LaneRecord): 'computes' | 'blocks' | 'waits' | undefined {
  if (record.asyncMs > record.workMs / 2 && record.asyncMs >= ENOUGH_MS) {
    return record.asyncCallMs < record.asyncMs * BUSY && record.cpuMs < record.asyncMs * BUSY
      ? 'waits'
      : 'computes';
  }
  if (record.sliceMs < ENOUGH_MS) return undefined;
  return record.cpuMs < record.sliceMs * BLOCKED_CPU ? 'blocks' : 'computes';
}

/**
 * The share of a slice in which its items really computed: on a busy machine the rest went to other
 * processes. 1 where the items blocked, for that they would do anywhere, or where too little is known.
 */
export function computingShare(cpuMs: number, wallMs: number): number {
  const share = cpuMs / wallMs;
  return wallMs < 1 || share < BLOCKED_CPU ? 1 : Math.min(1, share);
}

/** Whether a failure says that the task cannot run in a thread but could in a process. */
export function needsProcess(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  const cause = (error as { readonly cause?: unknown } | null | undefined)?.cause;
  if (code === 'ERR_WORKER_UNSUPPORTED_OPERATION' || code === 'ERR_DLOPEN_FAILED') return true;
  return code === 'E_TASK_LOAD' && cause !== undefined && needsProcess(cause);
}
