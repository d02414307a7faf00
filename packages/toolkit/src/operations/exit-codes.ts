/** What the command's exit code says. */
export interface ExitCode {
  readonly code: number;
  readonly meaning: string;
}

/** Every exit code of the command, the only list there is. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  stopped: 4,
  timeout: 124,
  internal: 125,
  notExecutable: 126,
  notFound: 127,
  hangup: 129,
  interrupted: 130,
  brokenPipe: 141,
  terminated: 143,
} as const;

/** The table for people, in help and in the reference. */
export const exitCodeTable: readonly ExitCode[] = [
  { code: exitCodes.ok, meaning: 'everything succeeded' },
  { code: exitCodes.failed, meaning: 'at least one job failed; doctor: a problem was found' },
  {
    code: exitCodes.usage,
    meaning: 'the command line or the configuration cannot be used; nothing was run',
  },
  { code: exitCodes.stopped, meaning: 'stopped before the end, with a --journal to go on from' },
  { code: exitCodes.timeout, meaning: 'every failure was a timeout' },
  { code: exitCodes.internal, meaning: 'an error inside atonce; -v shows where' },
  { code: exitCodes.notExecutable, meaning: 'the command cannot be executed' },
  { code: exitCodes.notFound, meaning: 'the command was not found' },
  { code: exitCodes.hangup, meaning: 'stopped by SIGHUP: the terminal went away' },
  { code: exitCodes.interrupted, meaning: 'stopped by SIGINT: Ctrl-C' },
  { code: exitCodes.brokenPipe, meaning: 'the reader of standard output went away' },
  { code: exitCodes.terminated, meaning: 'stopped by SIGTERM' },
];
