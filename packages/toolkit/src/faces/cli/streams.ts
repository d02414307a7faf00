import { writeSync } from 'node:fs';
import { exitCodes } from '../../operations/exit-codes.ts';
import type { StandardStream } from './terminal.ts';

/** What is written before the process ends. */
export interface FinalText {
  readonly stdout?: string;
  readonly stderr?: string;
}

/** Without a listener a reader that goes away would end the process with a stack on its screen. */
export function guardStreams(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/**
 * Writes what is left to say and ends the process, whatever timers and handles are left. Only what is
 * written here can fail here: of jobs' output that was lost before, the run has told.
 */
export async function writeAndEnd(text: FinalText, exitCode: number): Promise<never> {
  await writeFully(process.stderr, text.stderr ?? '');
  const failure = await writeFully(process.stdout, text.stdout ?? '');
  if (failure === undefined) process.exit(exitCode);
  if (failure.code === 'EPIPE') process.exit(exitCodes.brokenPipe);
  await writeFully(process.stderr, `atonce: standard output: ${failure.message}\n`);
  process.exit(exitCode === exitCodes.ok ? exitCodes.failed : exitCode);
}

/** Waits until everything written to the stream before has left the process too. */
function writeFully(
  stream: StandardStream,
  text: string,
): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    // A full disk refuses even the empty text.
    if (text === '' && stream.writableLength === 0) resolve(undefined);
    else if (stream.destroyed) resolve(stream.errored ?? undefined);
    else stream.write(text, (error) => resolve(error ?? undefined));
  });
}

/** Writes to standard error at once, also while the process ends. */
export function writeErrorNow(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Nobody is there to see it any more.
  }
}
