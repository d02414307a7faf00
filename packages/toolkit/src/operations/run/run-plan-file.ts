import { existsSync } from 'node:fs';
import { OptionError } from 'atonce';
import { estimatesOf } from '../../plans/durations/estimates.ts';
import { readDurations } from '../../plans/durations/journal-durations.ts';
import { loadPlan } from '../../plans/load-plan.ts';
import type { PlanRequest } from '../../plans/plan-request.ts';
import { runPlan } from '../../plans/run-plan.ts';
import { selectTasks } from '../../plans/select-tasks.ts';
import { line } from '../../report/section.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Invocation, OperationHost, OperationResult } from '../operation.ts';
import type { RunValues } from '../run.ts';
import { journalRequest } from './command-request.ts';
import { planJobs, planSettings, poolSizes, settingPools } from './plan/plan-settings.ts';
import { planResult } from './plan/plan-result.ts';
import { planTools } from './plan/plan-tools.ts';
import { refuseUsedJournal } from './refuse-used-journal.ts';

/** `atonce run --file PLAN.yaml`. */
export async function runPlanFile(
  invocation: Invocation<RunValues>,
  host: OperationHost,
): Promise<OperationResult> {
  const { options, sources } = invocation;
  if (sources.length > 0)
    throw new OptionError(':::', 'a plan takes no items: its tasks are named before :::');
  const request = await untilStopped(planRequest(invocation, host), host.signal);
  if (request === undefined) return NOT_BEGUN;
  if (options.graph !== 'none') {
    const { printGraph } = await import('./plan/print-graph.ts');
    return printGraph(request, options.graph);
  }
  if (options.dryRun) {
    const { previewPlan } = await import('./plan/preview-plan.ts');
    return previewPlan(request, host);
  }
  refuseUsedJournal(options);
  const report = await runPlan(request, {
    stdout: host.jobStdout,
    stderr: host.jobStderr,
    env: host.env,
    signal: host.signal,
    killNow: host.killNow,
    onEvent: host.onEvent,
  });
  return planResult({ report, request, invocation });
}

/** Stopped while the plan was still read, perhaps from a pipe that nobody writes to. */
const NOT_BEGUN: OperationResult = {
  exitCode: exitCodes.stopped,
  interrupted: true,
  data: null,
  output: [],
  notes: [line('stopped before anything was run')],
  warnings: [],
  errors: [],
};

/** What the promise gives, or undefined when the signal comes first. */
async function untilStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const over = new AbortController();
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { signal: over.signal });
  });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    over.abort();
  }
}

async function planRequest(
  invocation: Invocation<RunValues>,
  host: OperationHost,
): Promise<PlanRequest> {
  const { options, words } = invocation;
  const settings = await planSettings(invocation, host);
  const tools = planTools(settings);
  const path = options.file ?? '-';
  const plan = await loadPlan({ path, stdin: () => host.stdin, pools: settingPools, tools });
  const tasks = selectTasks(plan, words);
  refuseMissingHistory(options);
  const histories = [options.history, options.journal].filter((path) => path !== undefined);
  return {
    plan,
    tasks,
    jobs: planJobs(plan, options, settings),
    pools: poolSizes(plan, settings),
    estimates: estimatesOf(tasks, await readDurations(histories)),
    timeoutMs: options.timeout,
    retries: askedRetries(invocation),
    graceMs: options.grace,
    halt: options.failFast ? { when: 'now', failures: 1 } : options.halt,
    keepOrder: options.keepOrder,
    output: options.output,
    tag: options.tag,
    journal: journalRequest(options),
    resultsDir: options.results,
    joblog: options.joblog,
    trace: options.trace,
    forceColor: host.terminal.colour,
    spawn: options.spawn,
    tools,
  };
}

/** None is a wish of its own where a plan has defaults. */
function askedRetries({ options, commandLine }: Invocation<RunValues>): number | undefined {
  const isWritten = commandLine.after.some((word) => /^--retries(=|$)/.test(word));
  return options.retries > 0 || isWritten ? options.retries : undefined;
}

/** @throws OptionError for a history that is not there: learning nothing would go unnoticed. */
function refuseMissingHistory({ history }: RunValues): void {
  if (history === undefined || existsSync(history)) return;
  throw new OptionError('--history', `--history: there is no ${JSON.stringify(history)}`);
}
