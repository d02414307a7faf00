import type { Benchmark, Goal, GoalView } from './benchmark.ts';
import { amountPerItem, pairRatios } from './pairs.ts';
import type { ContestantResult, GoalResult, PointResult } from './result.ts';
import { median } from './statistics.ts';

/** What became of each goal; a smoke run meets and misses none. */
export function judgeGoals(
  benchmark: Benchmark,
  points: readonly PointResult[],
  tiny: boolean,
): GoalResult[] {
  const view = goalView(benchmark, points);
  return benchmark.goals.map((goal) => judge(goal, tiny ? undefined : goal.measure(view)));
}

function judge(goal: Goal, measured: number | undefined): GoalResult {
  const { text, atMost, atLeast } = goal;
  const bound = atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`;
  if (measured === undefined || Number.isNaN(measured))
    return { text, bound, measured: null, met: null };
  const met = measured <= (atMost ?? Infinity) && measured >= (atLeast ?? -Infinity);
  return { text, bound, measured, met };
}

function goalView({ unit }: Benchmark, points: readonly PointResult[]): GoalView {
  const find = (point: string, name: string): ContestantResult | undefined => {
    const found = points
      .find((each) => each.name === point)
      ?.contestants.find((each) => each.name === name);
    return found === undefined || found.samples.length === 0 ? undefined : found;
  };
  return {
    ratio: (point, contestant, other) => {
      const [one, two] = [find(point, contestant), find(point, other)];
      return one && two && median(pairRatios(one, two));
    },
    amount: (point, contestant) => {
      const found = find(point, contestant);
      return found && median(found.samples.map(amountPerItem)) / unit.divisor;
    },
    peakRss: (point, contestant) => {
      const found = find(point, contestant);
      return found && Math.max(...found.samples.map((sample) => sample.peakRssBytes));
    },
    series: (point, contestant) => find(point, contestant)?.samples.at(-1)?.series,
  };
}
