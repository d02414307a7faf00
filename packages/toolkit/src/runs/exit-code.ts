import type { Stopped } from './report.ts';

/** What the exit code of a run depends on. */
export interface ExitFacts {
  readonly failed: number;
  readonly timedOut: number;
  readonly notExecutable: number;
  readonly notFound: number;
  readonly stopped: Stopped | undefined;
  readonly resumable: boolean;
  /** The reader of our output went away. */
  readonly outputClosed: boolean;
}

/** What a shell says of a program that wrote to nobody: 128 and SIGPIPE. */
const CLOSED_OUTPUT = 141;

/** The code a run should exit with. What signals to the program itself mean is its face's matter. */
export function exitCodeOf(facts: ExitFacts): number {
  const { failed, stopped } = facts;
  if (facts.outputClosed) return CLOSED_OUTPUT;
  if (stopped !== undefined && facts.resumable) return 4;
  if (stopped !== undefined && stopped !== 'halt') return 1;
  if (failed === 0) return 0;
  if (facts.timedOut === failed) return 124;
  if (facts.notFound === failed) return 127;
  if (facts.notExecutable === failed) return 126;
  return 1;
}
