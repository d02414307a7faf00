import { map } from '../../../src/engine/map.ts';
import type { Operation } from '../operation.ts';
import { RunPlan } from '../run-plan.ts';

/** `map`: all values, or the first failure. */
export async function runMap(operation: Operation): Promise<void> {
  const plan = new RunPlan(operation);
  const end = await operation.end(map(plan.source.items, plan.task, plan.options));
  if (end.ok) plan.checkValues(end.value);
  else operation.checkError(end.error, plan.isTimed);
  plan.checkLeftovers();
}
