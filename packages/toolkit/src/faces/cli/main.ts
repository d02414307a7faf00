import { exitCodes } from '../../operations/exit-codes.ts';
import { envelope, type Envelope } from './envelope.ts';
import { errorText, exitCodeOf } from './error-text.ts';
import { asksForJson, type Call, readCall } from './read-call.ts';
import { guardStreams, writeAndEnd } from './streams.ts';

/** The command: reads what is asked, does it, tells the answer, and ends the process. */
export async function main(): Promise<void> {
  const startedMs = performance.now();
  const args = process.argv.slice(2);
  guardStreams();
  let verb: string | null = null;
  try {
    const call = await readCall(args, process.env);
    if (call.kind === 'operation') verb = call.operation.name;
    await (call.kind === 'help' ? showHelp(call) : perform(call, startedMs));
  } catch (error) {
    await fail(error, { args, verb, startedMs });
  }
}

async function showHelp({
  text,
  exitCode,
}: Extract<Call, { readonly kind: 'help' }>): Promise<void> {
  // Asked for, it is the answer; shown because nothing was said, it is an error message.
  const stream = exitCode === exitCodes.ok ? 'stdout' : 'stderr';
  await writeAndEnd({ [stream]: text }, exitCode);
}

async function perform(
  call: Extract<Call, { readonly kind: 'operation' }>,
  startedMs: number,
): Promise<void> {
  const { performCall } = await import('./perform.ts');
  const { text, exitCode } = await performCall(call, startedMs);
  await writeAndEnd(text, exitCode);
}

interface FailedCall {
  readonly args: readonly string[];
  readonly verb: string | null;
  readonly startedMs: number;
}

/** What was asked could not be done at all. */
async function fail(error: unknown, { args, verb, startedMs }: FailedCall): Promise<void> {
  const exitCode = exitCodeOf(error);
  const verbose = args.includes('-v') || args.includes('--verbose');
  const stderr = `atonce: ${errorText(error, verbose)}\n`;
  if (!asksForJson(args)) return writeAndEnd({ stderr }, exitCode);
  const document: Envelope = {
    command: verb,
    exitCode,
    data: null,
    warnings: [],
    errors: [errorText(error, verbose)],
    durationMs: performance.now() - startedMs,
  };
  return writeAndEnd({ stdout: envelope(document), stderr }, exitCode);
}
