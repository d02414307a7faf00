import { once } from 'node:events';
import { OTHER_COMMANDS } from '../../commands/command-maker.ts';
import { type PlannedCommand, planCommands } from '../../commands/plan-commands.ts';
import type { CommandRequest } from '../../commands/request.ts';
import { countOf } from '../../report/count.ts';
import { formatDuration } from '../../report/duration.ts';
import { line, span } from '../../report/section.ts';
import type { JobsRange } from '../../runs/jobs-range.ts';
import { systemMessage } from '../../runs/system-message.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Invocation, OperationHost, OperationResult } from '../operation.ts';
import type { RunValues } from '../run.ts';
import { MOST_JOBS_IN_JSON } from './job-collector.ts';
import { jobsText } from './jobs-at-once.ts';

/** Shows the commands that would run, as lines a shell could read, with their time limits as comments. */
export async function dryRun(
  request: CommandRequest,
  { options }: Invocation<RunValues>,
  host: OperationHost,
): Promise<OperationResult> {
  const commands: object[] = [];
  let count = 0;
  let problems = 0;
  for await (const planned of planCommands(request)) {
    if (host.signal.aborted || host.jobStdout.errored != null) break;
    count += 1;
    if (planned.problem !== undefined) problems += 1;
    if (!options.json) await print(`${planLine(planned)}\n`, host);
    else if (count <= MOST_JOBS_IN_JSON) commands.push(withNulls(planned));
  }
  const inAll = `${countOf(count, 'job')}, ${jobsText(request.jobs)}`;
  const leftOut = count - commands.length;
  const lost = host.jobStdout.errored as NodeJS.ErrnoException | null;
  const readerLeft = lost?.code === 'EPIPE';
  const errors = [
    ...(problems > 0 ? [`${countOf(problems, 'item')} cannot be run`] : []),
    ...(lost === null || readerLeft ? [] : [systemMessage('stdout', lost)]),
  ];
  const exitCode = errors.length > 0 ? exitCodes.failed : exitCodes.ok;
  return {
    exitCode: readerLeft ? exitCodes.brokenPipe : exitCode,
    interrupted: host.signal.aborted,
    data: { dryRun: true, ...plannedJobs(request.jobs), total: count, commands },
    output: [],
    notes: lost !== null ? [] : [line(span('strong', 'dry run: '), `${inAll}; nothing was run`)],
    warnings:
      options.json && leftOut > 0 ? [`${countOf(leftOut, 'command')} left out of data`] : [],
    errors,
  };
}

/** For programs: how many at once at the start, and the bounds of a number that is not fixed. */
function plannedJobs(jobs: number | JobsRange): object {
  if (typeof jobs === 'number') return { concurrency: jobs };
  return { concurrency: jobs.initial, limit: jobs };
}

/** JSON has no undefined, and a field that is always there is easier to read. */
function withNulls({
  sequence,
  command,
  timeoutMs,
  timeoutReason,
  problem,
}: PlannedCommand): object {
  return {
    sequence,
    command,
    timeoutMs: timeoutMs ?? null,
    timeoutReason: timeoutReason ?? null,
    problem: problem ?? null,
  };
}

async function print(text: string, { jobStdout, signal }: OperationHost): Promise<void> {
  if (jobStdout.write(text) || jobStdout.errored != null) return;
  await Promise.race([
    once(jobStdout, 'drain', { signal }),
    once(jobStdout, 'close', { signal }),
  ]).catch(
    // The reader is gone or the run was stopped: the loop above sees both.
    () => undefined,
  );
}

function planLine({
  sequence,
  command,
  problem,
  timeoutMs,
  timeoutReason,
}: PlannedCommand): string {
  if (problem !== undefined)
    return `# job ${sequence} cannot be run: ${problem.replaceAll('\n', ' ')}`;
  if (timeoutMs === undefined) return command;
  return `${command}  # timeout ${formatDuration(timeoutMs)}${because(timeoutReason)}`;
}

function because(reason: string | undefined): string {
  if (reason === 'asked') return '';
  return reason === OTHER_COMMANDS ? `, by the setting ${reason}` : `, because it is ${reason}`;
}
