/** Signs that look better in Unicode; each takes one cell. */
export interface Glyphs {
  readonly full: string;
  readonly failed: string;
  readonly empty: string;
  readonly ellipsis: string;
  readonly good: string;
  readonly bad: string;
  readonly warning: string;
}

const unicodeGlyphs: Glyphs = {
  full: '█',
  failed: '▓',
  empty: '░',
  ellipsis: '…',
  good: '✔',
  bad: '✘',
  warning: '!',
};

const asciiGlyphs: Glyphs = {
  full: '#',
  failed: 'x',
  empty: '.',
  ellipsis: '~',
  good: '+',
  bad: 'x',
  warning: '!',
};

/** The signs for a terminal that shows Unicode, or for one that does not. */
export function createGlyphs(unicode: boolean): Glyphs {
  return unicode ? unicodeGlyphs : asciiGlyphs;
}

/** Whether the locale says that text is UTF-8, in the order of POSIX: `LC_ALL`, `LC_CTYPE`, `LANG`. */
export function localeIsUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(
    (value) => value !== undefined && value !== '',
  );
  return /utf-?8/i.test(locale ?? '');
}
