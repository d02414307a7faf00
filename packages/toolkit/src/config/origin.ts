import { isAbsolute, relative } from 'node:path';

/** Which file a setting was read from: the project's, the one of `--config`, or the user's. */
export type FileKind = 'project' | 'given' | 'user';

/** Where a value came from. */
export type Origin =
  | { readonly kind: 'environment'; readonly variable: string }
  | {
      readonly kind: FileKind;
      /** Absolute path. */
      readonly file: string;
      /** From 1. */
      readonly line: number;
      /** From 1. */
      readonly column: number;
    }
  | { readonly kind: 'default' };

/** The origin for people: `default`, `ATONCE_CACHE_STORE` or `atonce.config.yaml:3:5`. */
export function originText(origin: Origin, cwd: string): string {
  if (origin.kind === 'default') return 'default';
  if (origin.kind === 'environment') return origin.variable;
  return `${shownPath(origin.file, cwd)}:${origin.line}:${origin.column}`;
}

/** The path as a person in this folder would write it: relative only where it leads downward. */
export function shownPath(file: string, cwd: string): string {
  const short = relative(cwd, file);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? file : short;
}
