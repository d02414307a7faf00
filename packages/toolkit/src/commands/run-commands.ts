import { stream, type StreamOptions } from 'atonce';
import { gatedItems } from '../runs/gated-items.ts';
import { mostAtOnce } from '../runs/jobs-range.ts';
import type { RunReport } from '../runs/report.ts';
import { steerJobs } from '../runs/steer-jobs.ts';
import { checkRequest } from './check-request.ts';
import { CommandRun } from './command-run.ts';
import type { CommandHost } from './host.ts';
import type { CommandItem } from './item.ts';
import { JobFailure } from './job-failure.ts';
import type { CommandRequest } from './request.ts';

/** Beyond the grace of the jobs themselves: they are gone by then in all but the strangest cases. */
const EXTRA_GRACE_MS = 5_000;

/** A slow first job may hold back this many others, or four times the jobs, before nothing new starts. */
const FEWEST_AHEAD = 64;

/**
 * Applies a command line to many items, several at once, and reports how that went.
 *
 * Failing jobs, a halt, a signal, a closed or full output and input that breaks off are all told in
 * the report. With a journal, jobs that are done are not run again; neither is their output written
 * again, unless `resultsDir` has kept it. A job's output is written before the journal says that it
 * is done, so a crash can repeat but not lose it, except with `keepOrder`, where output waits for
 * its turn: keep it with `resultsDir` there.
 *
 * @throws OptionError for a request that cannot be meant; AtonceError `E_SOURCE` when the input
 * cannot be read at all; the journal's errors when it cannot be opened; `E_FILE` when a log, trace
 * or folder for results cannot be opened.
 */
export async function runCommands(request: CommandRequest, host: CommandHost): Promise<RunReport> {
  checkRequest(request);
  const run = new CommandRun(request, host, await steerJobs(request.jobs, host.onEvent));
  try {
    await execute(run, request);
    return await run.finish();
  } finally {
    await run.close();
  }
}

async function execute(run: CommandRun, request: CommandRequest): Promise<void> {
  const items = gatedItems(request.items, run.stop);
  try {
    for await (const outcome of stream(items, run.attempt, streamOptions(run, request))) {
      await run.settled(outcome);
    }
  } catch (error) {
    await run.endedBy(error);
  }
}

function streamOptions(run: CommandRun, request: CommandRequest): StreamOptions<CommandItem> {
  const { keepOrder, graceMs, retries, rate, journal } = request;
  const jobs = mostAtOnce(request.jobs);
  return {
    concurrency: run.steered?.limit ?? jobs,
    order: keepOrder ? 'input' : 'completion',
    highWaterMark: jobs === Infinity ? Number.MAX_SAFE_INTEGER : Math.max(FEWEST_AHEAD, 4 * jobs),
    signal: run.stop.stopSignal,
    graceMs: graceMs + EXTRA_GRACE_MS,
    rateLimit: rate,
    retry:
      retries === 0
        ? undefined
        : { attempts: retries + 1, on: hasDelay, backoff: (_failed, error) => delayOf(error) },
    ...(journal === undefined ? {} : { journal: run.journal(journal), key: itemKey }),
  };
}

function hasDelay(error: unknown): boolean {
  return error instanceof JobFailure && error.delayMs !== undefined;
}

function delayOf(error: unknown): number {
  return (error as JobFailure).delayMs ?? 0;
}

/** What identifies an item from one run to the next: its columns, whatever its place. */
function itemKey({ columns }: CommandItem): string {
  return JSON.stringify(columns);
}
