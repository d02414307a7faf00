import { ConditionError } from './condition-error.ts';

/** A word of a condition and where it stands. */
export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'sign' | 'end';
  readonly text: string;
  /** From 1. */
  readonly at: number;
}

const SPACE = /\s+/y;
const NUMBER = /-?\d+(?:\.\d+)?(?![\w.])/y;
/** Of a list's entry, after a dot. */
const INDEX = /\d+/y;
const NAME = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const TEXT = /'((?:[^']|'')*)'|"([^"]*)"/y;
const SIGN = /==|!=|&&|\|\||[!().[\]]/y;

/**
 * Cuts a condition into words. The last one is the end.
 *
 * @throws ConditionError for a character that means nothing.
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const space = matchAt(SPACE, text, at);
    if (space !== undefined) {
      at += space[0].length;
      continue;
    }
    const { token, length } = tokenAt(text, at, tokens.at(-1)?.text === '.');
    tokens.push(token);
    at += length;
  }
  return [...tokens, { kind: 'end', text: '', at: text.length + 1 }];
}

function tokenAt(
  text: string,
  at: number,
  afterDot: boolean,
): { readonly token: Token; readonly length: number } {
  const place = at + 1;
  const quoted = matchAt(TEXT, text, at);
  if (quoted !== undefined) {
    const inner = quoted[1]?.replaceAll("''", "'") ?? quoted[2] ?? '';
    return { token: { kind: 'text', text: inner, at: place }, length: quoted[0].length };
  }
  for (const [kind, pattern] of [
    ['number', afterDot ? INDEX : NUMBER],
    ['name', NAME],
    ['sign', SIGN],
  ] as const) {
    const match = matchAt(pattern, text, at);
    if (match !== undefined)
      return { token: { kind, text: match[0], at: place }, length: match[0].length };
  }
  const rest = text.slice(at);
  if (/^['"]/.test(rest)) throw new ConditionError(place, 'a text that does not end');
  throw new ConditionError(place, hintFor(rest));
}

function hintFor(rest: string): string {
  const sign = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  if (sign === '=') return '`=` means nothing; `==` compares';
  if (sign === '&' || sign === '|') return `\`${sign}\` means nothing; write \`${sign}${sign}\``;
  if (sign === '$') return '`$` means nothing; a variable is `env.NAME`';
  return `\`${sign}\` means nothing here`;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
