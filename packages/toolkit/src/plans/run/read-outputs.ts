import { partsOf } from '../condition/condition.ts';
import type { PlanTask } from '../plan.ts';
import { splitReferences } from '../references.ts';

/** Names of the tasks whose standard output others ask for. */
export function readOutputs(tasks: readonly PlanTask[]): ReadonlySet<string> {
  return new Set(tasks.flatMap((task) => [...asked(task)]));
}

function* asked({ work, env, needs, when }: PlanTask): Generator<string> {
  // A function may look at any result.
  if (work.kind === 'function') yield* needs;
  for (const part of partsOf(when.expression)) if (part.kind === 'result') yield part.task;
  const words = work.kind === 'command' ? work.words : [];
  for (const text of [...words, ...env.values()]) {
    if (text === undefined) continue;
    for (const part of splitReferences(text, needs)) {
      if (typeof part !== 'string' && part.of === 'results') yield part.task;
    }
  }
}
