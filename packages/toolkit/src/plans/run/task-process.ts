import { setTimeout as sleep } from 'node:timers/promises';
import { isAtonceError } from 'atonce';
import type { ProcessResult } from '../../processes/process-request.ts';
import { runProcess, SHORTAGE_MS } from '../../processes/run-process.ts';
import type { JobOutput } from '../../runs/output/job-output.ts';
import { isShortage } from '../../runs/output/spool-file.ts';
import type { JobEnd } from '../../runs/report.ts';
import { systemMessage } from '../../runs/system-message.ts';
import { FunctionFiles } from '../functions/function-files.ts';
import type { PlanTask } from '../plan.ts';
import { limitOf } from '../time-limits.ts';
import { type Capture, capture } from './capture.ts';
import type { PlanParts } from './plan-parts.ts';
import { commandText, functionCall, type PreparedTask, prepareTask } from './prepare-task.ts';
import type { TaskResult } from './task-result.ts';
import type { TaskStates } from './task-states.ts';

/** Longest wait for files that are short. */
const LONGEST_WAIT_MS = 250;

/** One try of a task. */
export interface TaskAttempt {
  readonly task: PlanTask;
  readonly sequence: number;
  readonly attempt: number;
  readonly slot: number;
  /** Others need what it prints. */
  readonly isRead: boolean;
}

/** What a try came to. */
export interface TaskEnd {
  readonly end: JobEnd;
  readonly command: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly leftProcesses: number;
  /** Another try would come to the same. */
  readonly isFinal: boolean;
  /** Not handed over yet; undefined when nothing was started. */
  readonly output: JobOutput | undefined;
  readonly result: TaskResult | undefined;
}

/** What all tasks are run with. */
export interface TaskUse {
  readonly parts: PlanParts;
  readonly states: TaskStates;
  /** Files are short: gives back those that only wait. */
  readonly onShortage: () => void;
}

/** Runs the process of a task to its end, whatever that is. */
export async function runTask(attempt: TaskAttempt, use: TaskUse): Promise<TaskEnd> {
  const { task, sequence, slot } = attempt;
  const { parts, states } = use;
  const { request, env, monitor } = parts;
  let prepared: PreparedTask;
  try {
    prepared = prepareTask(task, { plan: request.plan, tools: request.tools, env, states });
  } catch (error) {
    if (!isAtonceError(error, 'E_OPTION')) throw error;
    return { ...notRun(error.message, commandText(task.work, request.tools)), isFinal: true };
  }
  const { command } = prepared;
  monitor.started({ sequence, slot, command });
  try {
    return await execute(attempt, prepared, use);
  } finally {
    monitor.ended();
  }
}

/**
 * Tries to run the process, giving back all files and waiting for other tasks to end while files or
 * processes are short.
 */
async function execute(
  attempt: TaskAttempt,
  prepared: PreparedTask,
  use: TaskUse,
): Promise<TaskEnd> {
  const untilMs = performance.now() + SHORTAGE_MS;
  for (let waitMs = 5; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    const tried = await executeOnce(attempt, prepared, use);
    const isOver = performance.now() > untilMs || use.parts.stop.stopping;
    if (!tried.shortage || isOver) return tried;
    tried.output?.discard();
    use.onShortage();
    await sleep(waitMs);
  }
}

async function executeOnce(
  attempt: TaskAttempt,
  prepared: PreparedTask,
  { parts, states }: TaskUse,
): Promise<TaskEnd & { readonly shortage: boolean }> {
  const { command } = prepared;
  let functionFiles: FunctionFiles | undefined;
  let output: JobOutput;
  try {
    const call = functionCall(attempt.task, attempt.attempt, states);
    functionFiles = call === undefined ? undefined : new FunctionFiles(call);
    output = openOutput(attempt, parts);
  } catch (error) {
    functionFiles?.close();
    return {
      ...notRun(systemMessage('no file for it', error), command),
      shortage: isShortage(error),
    };
  }
  const captured = attempt.isRead ? capture(output.stdout) : undefined;
  const args = [...prepared.args, ...(functionFiles?.paths ?? [])];
  const sinks = { task: attempt.task, output, captured };
  const process = await start({ ...prepared, args }, sinks, parts);
  const { startedAt, durationMs, leftProcesses, shortage } = process;
  const facts = { command, startedAt, durationMs, leftProcesses, output, isFinal: false, shortage };
  if (functionFiles === undefined) {
    const { end } = process;
    return { ...facts, end, result: captured && commandResult(end, captured) };
  }
  const { end, answer } = functionFiles.answer(process.end);
  functionFiles.close();
  const value = answer !== undefined && 'value' in answer ? { value: answer.value } : {};
  const result: TaskResult | undefined = answer && { kind: 'function', ...value };
  return { ...facts, end, result };
}

function openOutput({ task, sequence, isRead }: TaskAttempt, parts: PlanParts): JobOutput {
  const keepIn = parts.results?.open(resultsItem(task), sequence);
  const mode = isRead ? parts.readOutput : parts.output;
  return mode.open({ sequence, prefix: prefixOf(task, parts), keepIn });
}

/** Where a task's output is kept: `FOLDER/task/NAME`. */
export function resultsItem({ name }: PlanTask): {
  readonly columns: readonly string[];
  readonly named: Readonly<Record<string, string>>;
} {
  return { columns: [name], named: { task: name } };
}

/** What stands before each line of a task's output. */
export function prefixOf({ name }: PlanTask, { request }: PlanParts): string {
  return request.tag ? `${name}\t` : '';
}

interface Sinks {
  readonly task: PlanTask;
  readonly output: JobOutput;
  readonly captured: Capture | undefined;
}

function start(
  { file, args, cwd, env }: PreparedTask,
  { task, output, captured }: Sinks,
  { request, stop, spawner }: PlanParts,
): Promise<ProcessResult> {
  const limit = limitOf(task, request);
  return runProcess(
    {
      file,
      args,
      cwd,
      env,
      stdout: captured?.sink ?? output.stdout,
      stderr: output.stderr,
      timeoutMs: limit?.timeoutMs ?? undefined,
      graceMs: request.graceMs,
      shortageMs: 0,
      signal: stop.stopSignal,
      killNow: stop.killSignal,
    },
    spawner,
  );
}

function commandResult(end: JobEnd, captured: Capture): TaskResult {
  return {
    kind: 'command',
    exitCode: end.kind === 'exit' ? end.code : null,
    ...captured.text(),
  };
}

function notRun(message: string, command: string): TaskEnd {
  return {
    end: { kind: 'spawn-failed', message },
    command,
    startedAt: Date.now(),
    durationMs: 0,
    leftProcesses: 0,
    isFinal: false,
    output: undefined,
    result: undefined,
  };
}
