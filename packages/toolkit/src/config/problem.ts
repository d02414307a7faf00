import { visibleText } from '../report/visible-text.ts';

/** Something wrong in a file or a variable. */
export interface Problem {
  /** File or environment variable, as people should see it. */
  readonly source: string;
  /** From 1; undefined when the whole source is meant. */
  readonly line: number | undefined;
  /** From 1; undefined when the whole source is meant. */
  readonly column: number | undefined;
  /** The setting whose value is wrong; undefined for everything else. */
  readonly setting: string | undefined;
  readonly message: string;
}

/** More than so many problems of one text are not looked for. */
export const MOST_PROBLEMS = 100;

/** Something wrong with a whole file or variable. */
export function problemOf(source: string, message: string, setting?: string): Problem {
  return { source, line: undefined, column: undefined, setting, message };
}

/** `atonce.config.yaml:3:5: message`, in one line. */
export function problemText({ source, line, column, message }: Problem): string {
  const place = line === undefined ? source : `${source}:${line}:${column ?? 1}`;
  return visibleText(`${place}: ${message}`);
}
