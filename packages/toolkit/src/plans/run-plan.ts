import type { Scheduler, ScheduleReport } from 'atonce';
import type { PlanHost, PlanRequest } from './plan-request.ts';
import type { PlanTask } from './plan.ts';
import type { PlanReport, PlanTiming } from './plan-report.ts';
import { PlanJournal } from './run/plan-journal.ts';
import { PlanParts } from './run/plan-parts.ts';
import { PlanRun } from './run/plan-run.ts';
import { TaskBook } from './run/task-book.ts';
import { scheduleOf } from './schedule.ts';

/** Beyond the grace of the tasks themselves: they are gone by then in all but the strangest cases. */
const EXTRA_GRACE_MS = 5_000;

/**
 * Runs the tasks of a plan, each as soon as what it needs is over, and reports how that went. Failing
 * tasks, a halt and a signal are all told in the report.
 *
 * With a journal, tasks that are done and unchanged are not run again. A task is written down before
 * anything that needs it starts.
 *
 * @throws the journal's errors when it cannot be opened; AtonceError `E_FILE` when a log, trace or folder
 * for results cannot be.
 */
export async function runPlan(request: PlanRequest, host: PlanHost): Promise<PlanReport> {
  const parts = new PlanParts(request, host);
  try {
    const journal = await PlanJournal.open(parts);
    try {
      return await execute(parts, journal, host);
    } finally {
      await journal?.close();
    }
  } finally {
    await parts.close();
  }
}

async function execute(
  parts: PlanParts,
  journal: PlanJournal | undefined,
  host: PlanHost,
): Promise<PlanReport> {
  const { request, stop, monitor } = parts;
  const book = new TaskBook(parts, host.onEvent);
  const run = new PlanRun(parts, book, journal);
  const graceMs = request.graceMs + EXTRA_GRACE_MS;
  const scheduler = scheduleOf(request, run, { graceMs });
  const expectedMs = expectedTime(request, scheduler);
  book.begin(expectedMs);
  const schedule = await scheduler.run({ signal: stop.stopSignal });
  await run.finish();
  await parts.flush();
  const tasks = book.reports();
  const count = (wanted: (task: (typeof tasks)[number]) => boolean): number =>
    tasks.filter(wanted).length;
  return {
    ...monitor.report(),
    tasks,
    skipped: count(({ outcome }) => outcome === 'skipped'),
    tolerated: count(({ tolerated }) => tolerated),
    changed: run.changed,
    timing: { ...timingOf(schedule), expectedMs },
  };
}

/** Undefined where times were guessed, or where a journal makes some tasks take none. */
function expectedTime(
  { tasks, estimates, journal }: PlanRequest,
  scheduler: Scheduler,
): number | undefined {
  const isKnown = ({ name, work }: PlanTask): boolean =>
    work.kind === 'group' || estimates.get(name)?.from !== 'default';
  if (journal?.resume === true || !tasks.every(isKnown)) return undefined;
  return scheduler.plan().makespanMs;
}

function timingOf(schedule: ScheduleReport): Omit<PlanTiming, 'expectedMs'> {
  const { criticalPath, lowerBoundMs, makespanMs, makespanRatio, utilisation, slots } = schedule;
  return { criticalPath, lowerBoundMs, makespanMs, makespanRatio, utilisation, slots };
}
