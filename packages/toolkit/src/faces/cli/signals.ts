import { exitCodes } from '../../operations/exit-codes.ts';

/** Signals that ask the program to stop, with the exit code each gives. */
const stopSignals = {
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
  SIGHUP: exitCodes.hangup,
} as const;

/** Requests to stop that come as signals. */
export interface StopRequests {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Aborted by the second. */
  readonly killNow: AbortSignal;
  /** What the first signal makes of the exit code; undefined before any. */
  readonly exitCode: () => number | undefined;
  /** Stops at once, as the second signal does. */
  readonly kill: () => void;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP until the process ends. The first asks to stop, the second
 * to stop at once, and the third ends the process whatever it is doing.
 */
export function listenForSignals(onStop: (how: 'gently' | 'now') => void): StopRequests {
  const gently = new AbortController();
  const now = new AbortController();
  let exitCode: number | undefined;
  for (const [name, code] of Object.entries(stopSignals)) {
    process.on(name, () => {
      exitCode ??= code;
      if (now.signal.aborted) process.exit(exitCode);
      const how = gently.signal.aborted ? 'now' : 'gently';
      onStop(how);
      (how === 'now' ? now : gently).abort();
    });
  }
  return {
    signal: gently.signal,
    killNow: now.signal,
    exitCode: () => exitCode,
    kill: () => now.abort(),
  };
}
