/** A value of the language of `when`. */
export type Value = string | number | boolean | null;

/** The words that stand for what became of the tasks before. */
export type Status = 'success' | 'failure' | 'always';

/** A part of a condition. */
export type Expression =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'status'; readonly status: Status }
  | { readonly kind: 'platform' }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'outcome'; readonly task: string }
  | { readonly kind: 'result'; readonly task: string; readonly fields: readonly string[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | {
      readonly kind: 'and' | 'or' | 'equal' | 'different';
      readonly left: Expression;
      readonly right: Expression;
    };

/** When a task runs, once all that it needs is over. */
export interface Condition {
  /** As it was written. */
  readonly text: string;
  readonly expression: Expression;
}

/** That of a task which does not say when it runs. */
export const WHEN_SUCCESS: Condition = {
  text: 'success',
  expression: { kind: 'status', status: 'success' },
};

/** Whether it cannot hold unless all that is needed has succeeded. */
export function needsSuccess({ expression }: Condition): boolean {
  const needed = expression.kind === 'and' ? expression.left : expression;
  return needed.kind === 'status' && needed.status === 'success';
}

/** Every part of an expression, itself included. */
export function* partsOf(expression: Expression): Generator<Expression> {
  yield expression;
  if ('of' in expression) yield* partsOf(expression.of);
  if ('left' in expression) {
    yield* partsOf(expression.left);
    yield* partsOf(expression.right);
  }
}
