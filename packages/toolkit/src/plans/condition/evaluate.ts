import type { Condition, Expression, Status, Value } from './condition.ts';

/** How a task ended, as its dependents see it: a failure that is allowed is a success. */
export type Outcome = 'success' | 'failure' | 'skipped' | 'cancelled';

/** What a condition is about. */
export interface Facts {
  /** A variable's value; undefined when it is not set. */
  readonly env: (name: string) => string | undefined;
  readonly platform: string;
  readonly status: (status: Status) => boolean;
  readonly outcome: (task: string) => Outcome;
  /** What a task gave; undefined when there is no such thing. */
  readonly result: (task: string, fields: readonly string[]) => unknown;
}

/** Whether the condition holds. */
export function holds({ expression }: Condition, facts: Facts): boolean {
  return isTrue(evaluate(expression, facts));
}

function evaluate(expression: Expression, facts: Facts): Value {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'status':
      return facts.status(expression.status);
    case 'platform':
      return facts.platform;
    // Unset is empty, as in a shell.
    case 'env':
      return facts.env(expression.name) ?? '';
    case 'outcome':
      return facts.outcome(expression.task);
    case 'result':
      return valueOf(facts.result(expression.task, expression.fields));
    case 'not':
      return !isTrue(evaluate(expression.of, facts));
    case 'and':
      return isTrue(evaluate(expression.left, facts)) && isTrue(evaluate(expression.right, facts));
    case 'or':
      return isTrue(evaluate(expression.left, facts)) || isTrue(evaluate(expression.right, facts));
    case 'equal':
    case 'different': {
      const same = areEqual(evaluate(expression.left, facts), evaluate(expression.right, facts));
      return same === (expression.kind === 'equal');
    }
  }
}

/** Lists and objects have no value of their own here; their JSON stands for them. */
function valueOf(result: unknown): Value {
  if (result === undefined || result === null) return null;
  if (typeof result === 'object') return JSON.stringify(result);
  return result as Value;
}

/** Variables are texts, so `env.N == 3` compares texts. Nothing is equal to nothing only. */
function areEqual(a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b;
  return typeof a === typeof b ? a === b : String(a) === String(b);
}

function isTrue(value: Value): boolean {
  return value !== null && value !== false && value !== '' && value !== 0;
}
