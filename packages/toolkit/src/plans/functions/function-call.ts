import type { Json } from 'atonce';

/** What the process of a function is told, in a file. */
export interface FunctionCall {
  readonly url: string;
  readonly exportName: string;
  readonly input: Json;
  readonly name: string;
  readonly attempt: number;
  /** As entries, so that any name is safe; a function that gave nothing has no value. */
  readonly results: readonly (readonly [name: string, value?: Json])[];
  readonly outcomes: readonly (readonly [name: string, outcome: string])[];
}

/** What it answers, in another. */
export type FunctionAnswer =
  | { readonly ok: true; readonly value?: Json }
  | { readonly ok: false; readonly error: { readonly name: string; readonly message: string } };

/** The module that a function's process begins with. */
export const FUNCTION_MAIN: URL = new URL('./function-main.js', import.meta.url);
