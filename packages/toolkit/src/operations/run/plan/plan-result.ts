import type { PlanReport } from '../../../plans/plan-report.ts';
import type { PlanRequest } from '../../../plans/plan-request.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { Invocation, OperationResult } from '../../operation.ts';
import type { RunValues } from '../../run.ts';
import { summarizePlan } from './plan-summary.ts';

/** What is known after a plan's run. */
export interface PlanFacts {
  readonly report: PlanReport;
  readonly request: PlanRequest;
  readonly invocation: Invocation<RunValues>;
}

/** A plan's report as an operation's result. */
export function planResult({ report, request, invocation }: PlanFacts): OperationResult {
  const { warnings, exitCode, slowest, ...figures } = report;
  const { journal, joblog, results, trace } = invocation.options;
  // `| head` has what it wanted, and nobody else asked.
  const readerLeft = exitCode === exitCodes.brokenPipe;
  return {
    exitCode,
    interrupted: report.stopped === 'signal' && !readerLeft,
    data: {
      ...figures,
      plan: request.plan.file,
      concurrency: request.jobs,
      files: { journal, joblog, results, trace },
      slowest: slowest.map(({ name, durationMs }) => ({ name, durationMs })),
    },
    output: [],
    notes: readerLeft ? [] : summarizePlan(report, invocation),
    warnings,
    errors: report.problem === undefined ? [] : [report.problem],
  };
}
