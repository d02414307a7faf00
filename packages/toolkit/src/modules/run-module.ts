import {
  isAtonceError,
  OptionError,
  type OutcomeStream,
  type Runner,
  stream,
  type StreamOptions,
} from 'atonce';
import { type ModuleTask, moduleTask, processes, threads } from 'atonce/threads';
import { gatedItems } from '../runs/gated-items.ts';
import { mostAtOnce } from '../runs/jobs-range.ts';
import { steerJobs } from '../runs/steer-jobs.ts';
import { findModule } from './find-module.ts';
import type { ModuleHost } from './host.ts';
import { type ModuleReport, ModuleRun } from './module-run.ts';
import type { Json, ModuleRequest } from './request.ts';

/** A slow item may hold back this many results behind it before nothing new starts. */
const FEWEST_AHEAD = 64;

/**
 * Applies a function of a module to many JSON values and writes one JSON document per line: records
 * `{index, ok, value | error}`, or bare values, where items that failed are left out and only told
 * as events. `index` counts from 0 over all items, those that are no JSON included.
 *
 * With a journal, items that are done are not computed again; their values are written again, for
 * the journal has them.
 *
 * @throws OptionError when there is no such module, or bounds for `jobs` elsewhere than on the loop; AtonceError `E_TASK_LOAD` when it cannot be
 * loaded or has no such function; `E_SOURCE` when the input cannot be read at all; the journal's
 * errors when it cannot be opened.
 */
export async function runModule(request: ModuleRequest, host: ModuleHost): Promise<ModuleReport> {
  const { module, exportName, cwd } = request;
  const task = moduleTask<Json, unknown>(findModule(module, cwd), exportName);
  checkJobs(request);
  const run = new ModuleRun(request, host, await steerJobs(request.jobs, host.onEvent));
  try {
    await execute(run, task, request);
    return await run.finish();
  } finally {
    await run.close();
  }
}

function checkJobs({ jobs, on }: ModuleRequest): void {
  if (typeof jobs === 'object' && on !== 'loop')
    throw new OptionError(
      'jobs',
      'A number of workers is fixed: bounds for `jobs` are for the loop',
    );
}

async function execute(
  run: ModuleRun,
  task: ModuleTask<Json, unknown>,
  request: ModuleRequest,
): Promise<void> {
  const pool = poolFor(request);
  const items = gatedItems(run.items.values(), run.stop);
  const outcomes = stream<Json, unknown>(items, task, streamOptions(run, request, pool));
  try {
    await Promise.race([settleAll(run, outcomes), run.killed]);
  } catch (error) {
    run.endedBy(error);
  } finally {
    await pool?.[Symbol.asyncDispose]();
  }
}

async function settleAll(run: ModuleRun, outcomes: OutcomeStream<Json, unknown>): Promise<void> {
  for await (const outcome of outcomes) {
    // Those that still come after a kill were counted as given up.
    if (run.wasKilled) return;
    if (!outcome.ok && isAtonceError(outcome.error, 'E_TASK_LOAD')) throw outcome.error;
    await run.settled(outcome);
  }
  run.decision = outcomes.decision;
}

function poolFor(request: ModuleRequest): (Runner & AsyncDisposable) | undefined {
  const { on } = request;
  const jobs = mostOf(request);
  // Not on our own thread even while workers start: a function that never returns would make Ctrl-C deaf.
  if (on === 'threads') return threads({ workers: jobs, inline: false });
  return on === 'processes' ? processes({ workers: jobs }) : undefined;
}

function mostOf({ jobs }: ModuleRequest): number | undefined {
  return jobs === undefined ? undefined : mostAtOnce(jobs);
}

function streamOptions(
  run: ModuleRun,
  request: ModuleRequest,
  pool: Runner | undefined,
): StreamOptions<Json> {
  const { on, keepOrder, timeoutMs, graceMs, retries, rate, journal } = request;
  const jobs = mostOf(request);
  return {
    // A pool has as many workers as jobs; how much each holds is its own matter.
    concurrency: pool === undefined ? (run.steered?.limit ?? jobs) : undefined,
    on: pool ?? (on === 'auto' ? 'auto' : 'loop'),
    order: keepOrder ? 'input' : 'completion',
    ...(on === 'loop' ? { highWaterMark: Math.max(FEWEST_AHEAD, 4 * (jobs ?? FEWEST_AHEAD)) } : {}),
    signal: run.stop.stopSignal,
    timeoutMs: timeoutMs ?? undefined,
    graceMs,
    rateLimit: rate,
    retry:
      retries === 0 ? undefined : { attempts: retries + 1, on: (error) => !isLoadError(error) },
    onProgress: run.onProgress,
    journal: journal === undefined ? undefined : run.journal(journal),
  };
}

function isLoadError(error: unknown): boolean {
  return isAtonceError(error, 'E_TASK_LOAD');
}
