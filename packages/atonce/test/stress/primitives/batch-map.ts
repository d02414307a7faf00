import { batchMap } from '../../../src/engine/batch-map.ts';
import { isSourceError, type Operation } from '../operation.ts';
import { RunPlan } from '../run-plan.ts';

/** `batchMap`: the values of what succeeded, in order. */
export async function runBatchMap(operation: Operation): Promise<void> {
  const plan = new RunPlan(operation);
  const end = await operation.end(batchMap(plan.source.items, plan.task, plan.options));
  plan.checkLeftovers();
  if (end.ok) checkSome(operation, plan, end.value);
  else if (isSourceError(end.error)) {
    checkSome(operation, plan, end.error.settled as readonly string[]);
    operation.checkError(end.error.cause, false);
  } else {
    operation.checkError(end.error, plan.isTimed);
  }
}

/** The values must be those of some items, in order, each once. */
function checkSome(operation: Operation, plan: RunPlan, values: readonly string[]): void {
  let next = 0;
  for (const value of values) {
    while (next < plan.source.count && plan.valueOf(next) !== value) next++;
    if (next++ >= plan.source.count) operation.fault(`gave ${value} out of turn`);
  }
}
