import type { PlanTask } from '../plan.ts';
import type { Durations } from './journal-durations.ts';

/** How long a task is expected to take, and who says so. */
export interface Estimate {
  readonly ms: number;
  /** The plan, earlier runs, or nobody: then it is the middle of what is known of the others. */
  readonly from: 'given' | 'learned' | 'default';
}

/** When nothing is known of any task. */
const NOTHING_KNOWN_MS = 1000;

/** An estimate for each task, in their order. */
export function estimatesOf(
  tasks: readonly PlanTask[],
  durations: Durations,
): ReadonlyMap<string, Estimate> {
  const known = new Map(
    tasks.flatMap((task) => {
      const estimate = knownEstimate(task, durations);
      return estimate === undefined ? [] : [[task.name, estimate] as const];
    }),
  );
  const typicalMs = median([...known.values()].map(({ ms }) => ms)) ?? NOTHING_KNOWN_MS;
  return new Map(
    tasks.map(({ name, work }) => {
      const ms = work.kind === 'group' ? 0 : typicalMs;
      return [name, known.get(name) ?? { ms, from: 'default' }];
    }),
  );
}

/** Of several times the middle one: one slow run among them changes nothing. */
function knownEstimate(
  { name, estimateMs, work }: PlanTask,
  durations: Durations,
): Estimate | undefined {
  if (estimateMs !== undefined) return { ms: estimateMs, from: 'given' };
  const learned = work.kind === 'group' ? undefined : median(durations.get(name) ?? []);
  return learned === undefined ? undefined : { ms: learned, from: 'learned' };
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  return (upper + (sorted[(sorted.length >> 1) - 1] as number)) / 2;
}
