import { readFileSync, writeFileSync } from 'node:fs';
import type { FunctionAnswer, FunctionCall } from './function-call.ts';

/** What a function is told beside its input. */
interface FunctionContext {
  readonly name: string;
  readonly attempt: number;
  readonly results: Readonly<Record<string, unknown>>;
  readonly outcomes: Readonly<Record<string, unknown>>;
  /** Aborted when the task is to end: there is a grace before its process is killed. */
  readonly signal: AbortSignal;
}

/** The longest interval that timers know. */
const LONG_MS = 2 ** 31 - 1;

const [callFile = '', answerFile = ''] = process.argv.slice(2);
// The function sees the command line of a program of its own.
process.argv.length = 2;

try {
  const value = await call(JSON.parse(readFileSync(callFile, 'utf8')) as FunctionCall);
  const text = value === undefined ? undefined : (JSON.stringify(value) as string | undefined);
  if (text === undefined && value !== undefined)
    throw new TypeError(`the value is no JSON: it is a ${typeof value}`);
  writeFileSync(answerFile, `{"ok":true${text === undefined ? '' : `,"value":${text}`}}`);
  process.exitCode = 0;
} catch (error) {
  process.stderr.write(`${shown(error)}\n`);
  const answer: FunctionAnswer = { ok: false, error: factsOf(error) };
  writeFileSync(answerFile, JSON.stringify(answer));
  process.exitCode = 1;
}
// It has answered: what it left open must not keep others waiting.
process.exit();

async function call({ url, exportName, input, ...rest }: FunctionCall): Promise<unknown> {
  const found = ((await import(url)) as Readonly<Record<string, unknown>>)[exportName];
  if (typeof found !== 'function')
    throw new TypeError(`${url} exports no function ${JSON.stringify(exportName)}`);
  return (await found(input, contextOf(rest))) as unknown;
}

function contextOf(call: Omit<FunctionCall, 'url' | 'exportName' | 'input'>): FunctionContext {
  const { name, attempt } = call;
  let controller: AbortController | undefined;
  return {
    name,
    attempt,
    results: recordOf(call.results),
    outcomes: recordOf(call.outcomes),
    // Only a function that asks for it lives on after TERM.
    get signal() {
      controller ??= endsWithTerm();
      return controller.signal;
    },
  };
}

function endsWithTerm(): AbortController {
  const controller = new AbortController();
  process.on('SIGTERM', () => controller.abort());
  // One that waits for nothing but this signal would otherwise be over.
  setInterval(() => undefined, LONG_MS);
  return controller;
}

function recordOf(entries: readonly (readonly [string, unknown?])[]): Record<string, unknown> {
  const record = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of entries) record[name] = value;
  return record;
}

function shown(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? error.message) : `thrown: ${String(error)}`;
  } catch {
    // Anything can be thrown, also what throws when it is looked at.
    return 'thrown: something that cannot be shown';
  }
}

function factsOf(error: unknown): { name: string; message: string } {
  try {
    if (typeof error !== 'object' || error === null) return { name: 'thrown', message: cut(error) };
    const { name = 'Error', message = '' } = error as Partial<Record<'name' | 'message', unknown>>;
    return { name: cut(name), message: cut(message) };
  } catch {
    return { name: 'thrown', message: 'something that cannot be shown' };
  }
}

function cut(text: unknown): string {
  return String(text).slice(0, 10_000);
}
