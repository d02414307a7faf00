import { countOf } from '../../report/count.ts';
import type { JobsRange } from '../../runs/jobs-range.ts';
import type { RunReport } from '../../runs/report.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Invocation, OperationResult } from '../operation.ts';
import type { RunValues } from '../run.ts';
import type { JobCollector } from './job-collector.ts';
import { summarize } from './summary.ts';

/** What is known after a run. */
export interface RunFacts {
  readonly report: RunReport;
  readonly jobs: JobCollector;
  readonly invocation: Invocation<RunValues>;
  /** How many jobs ran at once at most. */
  readonly concurrency: number | JobsRange | undefined;
}

/** A run's report as an operation's result. */
export function runResult({ report, jobs, invocation, concurrency }: RunFacts): OperationResult {
  const { options } = invocation;
  const { warnings, exitCode, ...figures } = report;
  const { journal, joblog, results, trace } = options;
  // `| head` has what it wanted, and nobody else asked.
  const readerLeft = exitCode === exitCodes.brokenPipe;
  const leftOut =
    jobs.leftOut > 0
      ? [`${countOf(jobs.leftOut, 'job')} left out of data.jobs; --joblog has all`]
      : [];
  return {
    exitCode,
    interrupted: report.stopped === 'signal' && !readerLeft,
    data: {
      ...figures,
      concurrency: report.limit?.highest ?? concurrency,
      files: { journal, joblog, results, trace },
      jobs: jobs.records,
    },
    output: [],
    notes: readerLeft ? [] : summarize(report, invocation),
    warnings: [...warnings, ...leftOut],
    errors: report.problem === undefined ? [] : [report.problem],
  };
}
