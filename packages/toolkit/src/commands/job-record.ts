import type { ProcessResult } from '../processes/process-request.ts';
import type { JobRecord } from '../runs/report.ts';
import type { CommandItem } from './item.ts';
import type { JobOutput } from '../runs/output/job-output.ts';

/** One attempt of one job. */
export interface Attempt {
  readonly item: CommandItem;
  readonly sequence: number;
  readonly attempt: number;
  readonly slot: number;
}

/** What is told of a process. */
export type Told = Pick<ProcessResult, 'end' | 'startedAt' | 'durationMs'> & Partial<ProcessResult>;

/** What is told of a process that there never was. */
export function notRun(message: string): Told {
  return { end: { kind: 'spawn-failed', message }, startedAt: Date.now(), durationMs: 0 };
}

/** A job as it stands after an attempt. */
export function recordOf(
  { sequence, slot, attempt }: Attempt,
  command: string,
  result: Told,
  output?: JobOutput,
): JobRecord {
  const { end, startedAt, durationMs, leftProcesses = 0 } = result;
  const problem = output?.problem;
  return {
    sequence,
    slot,
    command,
    attempts: attempt,
    startedAt,
    durationMs,
    end: problem === undefined ? end : { kind: 'spawn-failed', message: problem },
    resumed: false,
    outputBytes: output?.bytes ?? 0,
    leftProcesses,
  };
}
