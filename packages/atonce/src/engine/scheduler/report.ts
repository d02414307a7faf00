import { type CriticalPath, criticalPathOf, loadOf } from './bounds.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { SchedulerSettings } from './options.ts';
import type { TaskOutcome } from './outcome.ts';
import type { Records } from './records.ts';
import type { SkippedError } from './skipped-error.ts';
import type { TaskGraph } from './task-graph.ts';

/** What a run has come to. */
export interface ScheduleReport<Results extends object = Record<string, unknown>> {
  /** Every task gave a value. */
  readonly ok: boolean;
  /** The run was stopped by its signal. */
  readonly stopped: boolean;
  /** One for each task, in the order of adding. */
  readonly outcomes: readonly TaskOutcome<Results[keyof Results & string]>[];
  readonly succeeded: number;
  /** Tasks that failed or were cancelled. */
  readonly failed: number;
  readonly skipped: number;
  /** From the start of the run to its end, milliseconds. */
  readonly makespanMs: number;
  /** The longest way through the graph by the times that tasks really took. */
  readonly criticalPath: CriticalPath;
  /** No order of the same tasks would have been faster: the critical path, or all work over all slots. */
  readonly lowerBoundMs: number;
  /** `makespanMs` over `lowerBoundMs`: 1 is perfect. */
  readonly makespanRatio: number;
  /** Times of all tasks, each times its weight, milliseconds. */
  readonly totalMs: number;
  /** Slots of `concurrency` that could be used at once. */
  readonly slots: number;
  /** Share of the slots' time in which tasks were running, 0 to 1. */
  readonly utilisation: number;
  /** How long each task took that gave a value, milliseconds, by name: `estimates` for the next run. */
  readonly durations: Readonly<Record<string, number>>;
  readonly tokens: UsedTokens;
  /** Tasks that were not over by their deadline. */
  readonly late: readonly string[];
  /** The outcome of one task, by name. */
  outcomeOf<Name extends keyof Results & string>(
    name: Name,
  ): TaskOutcome<Results[Name]> | undefined;
}

/** What became of the token budget. */
export interface UsedTokens {
  /** Infinity without a budget. */
  readonly budget: number;
  /** What tasks told that they used, and the estimates of those that told nothing. */
  readonly used: number;
  /** Tasks that were skipped because they did not fit any more. */
  readonly unfit: readonly string[];
}

/** What a report is made of. */
export interface ReportParts {
  readonly graph: TaskGraph;
  readonly settings: SchedulerSettings;
  readonly dispatcher: Dispatcher;
  readonly records: Records;
  readonly counts: Readonly<Record<'succeeded' | 'failed' | 'skipped', number>>;
  readonly makespanMs: number;
  readonly stopped: boolean;
  /** The most slots seen, of `concurrency` and then of each pool. */
  readonly slots: readonly number[];
}

/**
 * Reports on a run in which every task is over. What takes work for each task is made when it is
 * asked for, since most callers ask for little of it; tasks that are added later do not appear.
 */
export function reportOf(parts: ReportParts): ScheduleReport {
  const { graph, records, dispatcher, settings, makespanMs, stopped } = parts;
  const { succeeded, failed, skipped } = parts.counts;
  const { ranMs, endedMs, size } = records;
  const outcomes = once(() => Array.from({ length: size }, (_, task) => records.outcome(task)));
  const path = once(() => criticalPathOf(graph, ranMs, size, endedMs));
  const load = once(() => loadOf(graph, ranMs, size, parts.slots));
  const durations = once(() => durationsOf(outcomes()));
  const leastMs = (): number => Math.max(path().ms, load().leastMs);
  return {
    ok: succeeded === size,
    stopped,
    succeeded,
    failed,
    skipped,
    makespanMs,
    get outcomes() {
      return outcomes();
    },
    get criticalPath() {
      return path();
    },
    get lowerBoundMs() {
      return leastMs();
    },
    get makespanRatio() {
      return leastMs() === 0 ? 1 : makespanMs / leastMs();
    },
    get totalMs() {
      return load().totalMs;
    },
    get slots() {
      return load().slots;
    },
    get utilisation() {
      const possibleMs = load().slots * makespanMs;
      return possibleMs === 0 ? 1 : Math.min(1, load().totalMs / possibleMs);
    },
    get durations() {
      return durations();
    },
    get tokens() {
      const unfit = namesOf(outcomes(), (outcome) => skipOf(outcome) === 'tokens');
      return { budget: settings.tokenBudget, used: dispatcher.tokens.committed, unfit };
    },
    get late() {
      return namesOf(outcomes(), ({ late }) => late);
    },
    outcomeOf: (name) => {
      const task = graph.numberOf(name) ?? size;
      return (task < size ? records.outcome(task) : undefined) as never;
    },
  };
}

/** Makes a value when it is asked for, and then keeps it. */
function once<V>(make: () => V): () => V {
  let made: { readonly value: V } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function skipOf(outcome: TaskOutcome): SkippedError['reason'] | null {
  if (outcome.ok || outcome.gaveUp !== 'skipped') return null;
  return (outcome.error as SkippedError).reason;
}

function namesOf(
  outcomes: readonly TaskOutcome[],
  isMeant: (outcome: TaskOutcome) => boolean,
): string[] {
  return outcomes.filter(isMeant).map(({ item }) => item);
}

function durationsOf(outcomes: readonly TaskOutcome[]): Record<string, number> {
  const durations = Object.create(null) as Record<string, number>;
  for (const { ok, item, durationMs } of outcomes) if (ok) durations[item] = durationMs;
  return durations;
}
