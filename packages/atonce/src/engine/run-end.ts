import type { RunEnd } from './sink.ts';

/** What something of the caller's has thrown. */
interface Thrown {
  readonly error: unknown;
}

/** Closes everything that a run has opened, also when one of it throws; gives what the first has thrown. */
export function closeAll(closings: readonly (() => void)[]): Thrown | null {
  let thrown: Thrown | null = null;
  for (const close of closings) {
    try {
      close();
    } catch (error) {
      thrown ??= { error };
    }
  }
  return thrown;
}

/** The end of a run in which something was thrown at the last; that must not hide why else it ended. */
export function lateBreak(end: RunEnd, thrown: Thrown | null): RunEnd {
  if (thrown === null || end.how !== 'completed') return end;
  return { ...end, how: 'broken', error: thrown.error };
}
