import type { Json } from 'atonce';

/** What a task hands to those that need it. */
export type TaskResult =
  | {
      readonly kind: 'command';
      /** Null when a signal or a time limit ended it. */
      readonly exitCode: number | null;
      /** Standard output without the line ends at its end. */
      readonly stdout: string;
      /** There was more of it. */
      readonly truncated: boolean;
    }
  | { readonly kind: 'function'; readonly value?: Json };

/** Of a command's output no more is handed on. */
export const MOST_STDOUT_BYTES: number = 1024 * 1024;

/** The value of a result, or of a field within it; undefined when there is none. */
export function valueIn(result: TaskResult | undefined, fields: readonly string[]): unknown {
  if (result === undefined) return undefined;
  if (result.kind === 'command' && fields.length === 0) return result.stdout;
  const start = asValue(result);
  return fields.reduce<unknown>((value, field) => fieldOf(value, field), start);
}

/** A result as functions see it in `context.results`. */
export function asValue(result: TaskResult): Json | undefined {
  if (result.kind === 'function') return result.value;
  const { exitCode, stdout, truncated } = result;
  return { exitCode, stdout, truncated };
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[field];
}
