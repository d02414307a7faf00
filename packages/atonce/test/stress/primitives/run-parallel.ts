import { runParallel } from '../../../src/engine/run-parallel.ts';
import type { Outcome } from '../../../src/kernel/outcome.ts';
import { isSourceError, type Operation } from '../operation.ts';
import { RunPlan } from '../run-plan.ts';

/** `runParallel`: one outcome for each item, whatever happens. */
export async function runOutcomes(operation: Operation): Promise<void> {
  const plan = new RunPlan(operation);
  const failFast = operation.draw.chance(0.2);
  const options = { ...plan.options, failFast };
  const end = await operation.end(runParallel(plan.source.items, plan.task, options));
  plan.checkLeftovers();
  if (end.ok) {
    plan.checkOutcomes(end.value, true);
    const isWhole = operation.signal?.aborted !== true && !failFast;
    if (isWhole && end.value.length !== plan.source.count)
      operation.fault(`gave ${end.value.length} outcomes of ${plan.source.count}`);
  } else if (isSourceError(end.error)) {
    plan.checkOutcomes(end.error.settled as readonly Outcome<number, string>[], true);
    operation.checkError(end.error.cause, false);
  } else {
    operation.checkError(end.error, plan.isTimed);
  }
}
