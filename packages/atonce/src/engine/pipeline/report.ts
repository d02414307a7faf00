import type { PipelineOutcome } from './outcome.ts';
import type { PipelineStatistics } from './statistics.ts';

/** What a whole run of a pipeline came to. */
export interface PipelineReport<R> {
  /** What became of each item, in input order. */
  readonly outcomes: readonly PipelineOutcome<R>[];
  /** Only what came out of the last stage, in input order. */
  readonly values: readonly R[];
  readonly statistics: PipelineStatistics;
}

/** Makes a report of collected outcomes. */
export function reportOf<R>(
  outcomes: readonly PipelineOutcome<R>[],
  statistics: PipelineStatistics,
): PipelineReport<R> {
  const values = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
  return { outcomes, values, statistics };
}
