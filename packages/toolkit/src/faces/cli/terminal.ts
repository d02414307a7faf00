import type { Writable } from 'node:stream';
import type { GlobalValues } from '../../operations/global-options.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A standard stream, which may be a terminal. */
export type StandardStream = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** Whether to colour what goes to this stream. The option wins, then the environment, then the stream. */
export function wantsColour(
  option: GlobalValues['color'],
  env: Environment,
  stream: { readonly isTTY?: boolean },
): boolean {
  if (option !== 'auto') return option === 'always';
  if (isSet(env.NO_COLOR)) return false;
  if (isSet(env.FORCE_COLOR)) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (isSet(env.CLICOLOR_FORCE)) return env.CLICOLOR_FORCE !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb' && env.CLICOLOR !== '0';
}

/** Whether a machine, not a person, looks at the terminal. */
export function runsUnderCi(env: Environment): boolean {
  return isSet(env.CI) && env.CI !== '0' && env.CI !== 'false';
}

/** Whether a stream is a terminal on which text can be drawn over. */
function isDrawable(stream: { readonly isTTY?: boolean }, env: Environment): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** How progress is shown; live only where it can be. */
export function chooseProgress(
  { progress, quiet }: Pick<GlobalValues, 'progress' | 'quiet'>,
  env: Environment,
  stderr: { readonly isTTY?: boolean },
): Exclude<GlobalValues['progress'], 'auto'> {
  if (quiet) return 'none';
  if (progress !== 'auto' && progress !== 'live') return progress;
  if (!isDrawable(stderr, env)) return 'plain';
  return progress === 'auto' && runsUnderCi(env) ? 'plain' : 'live';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
