import type { PlanRequest } from '../../../plans/plan-request.ts';
import type { PlanTask } from '../../../plans/plan.ts';
import { scheduleOf } from '../../../plans/schedule.ts';
import { visibleText } from '../../../report/visible-text.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { OperationResult } from '../../operation.ts';

/** Prints which task needs which. */
export function printGraph(
  request: PlanRequest,
  format: 'text' | 'mermaid' | 'dot',
): OperationResult {
  const { tasks } = request;
  const schedule = scheduleOf(request);
  const texts = {
    text: () => textGraph(tasks, schedule.plan().batches),
    mermaid: () => schedule.toMermaid(),
    dot: () => schedule.toDot(),
  };
  return {
    exitCode: exitCodes.ok,
    interrupted: false,
    data: { tasks: tasks.map(({ name, needs }) => ({ name, needs })) },
    output: [{ kind: 'verbatim', text: texts[format]() }],
    notes: [],
    warnings: [],
    errors: [],
  };
}

/** A line for each task, behind all that it needs: `deploy ← test, lint`. */
function textGraph(tasks: readonly PlanTask[], batches: readonly (readonly string[])[]): string {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const lines = batches.flat().map((name) => {
    const { needs = [] } = byName.get(name) ?? {};
    return visibleText(needs.length === 0 ? name : `${name} ← ${needs.join(', ')}`);
  });
  return `${lines.join('\n')}\n`;
}
