/** What is taken away from a value: nothing, its extension, its folder, all but its folder, folder and extension. */
export type Edit = '' | '.' | '/' | '//' | '/.';

/** A replacement string of a template. */
export interface Placeholder {
  /** As it was written, for messages. */
  readonly text: string;
  readonly of:
    | 'all'
    | 'sequence'
    | 'slot'
    | { readonly column: number }
    | { readonly name: string };
  readonly edit: Edit;
}

/** A template's text, cut at its replacement strings. */
export type Part = string | Placeholder;

const IN_BRACES = /\{([^{}]*)\}/g;
const INNER = /^(-?[1-9]\d*)?(\.|\/\/|\/\.|\/)?$/;
const NAMED = /^(.+?)(\.|\/\/|\/\.|\/)$/s;

/** Cuts a text at its replacement strings. `names` are the names that `{name}` may hold; other braces are text. */
export function splitAtPlaceholders(text: string, names: readonly string[]): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(IN_BRACES)) {
    const placeholder = placeholderOf(match[1] as string, names);
    if (placeholder === undefined) continue;
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push(placeholder);
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

function placeholderOf(inner: string, names: readonly string[]): Placeholder | undefined {
  const text = `{${inner}}`;
  if (inner === '#') return { text, of: 'sequence', edit: '' };
  if (inner === '%') return { text, of: 'slot', edit: '' };
  if (names.includes(inner)) return { text, of: { name: inner }, edit: '' };
  const [, number, edit = ''] = INNER.exec(inner) ?? [undefined, undefined, undefined];
  if (INNER.test(inner)) {
    const of = number === undefined ? 'all' : { column: Number(number) };
    return { text, of, edit: edit as Edit };
  }
  const named = NAMED.exec(inner);
  if (named === null || !names.includes(named[1] as string)) return undefined;
  return { text, of: { name: named[1] as string }, edit: named[2] as Edit };
}

/** Applies what a replacement string takes away; the same as GNU parallel does. */
export function applyEdit(value: string, edit: Edit): string {
  switch (edit) {
    case '':
      return value;
    case '.':
      return withoutExtension(value);
    case '/':
      return value.slice(value.lastIndexOf('/') + 1);
    case '//':
      return folderOf(value);
    case '/.':
      return withoutExtension(value.slice(value.lastIndexOf('/') + 1));
  }
}

function withoutExtension(value: string): string {
  const dot = value.lastIndexOf('.');
  return dot > value.lastIndexOf('/') ? value.slice(0, dot) : value;
}

function folderOf(value: string): string {
  const path = value.replace(/(?<=[^/])\/+$/, '');
  const slash = path.lastIndexOf('/');
  if (slash === -1) return '.';
  return path.slice(0, slash).replace(/(?<=[^/])\/+$/, '') || '/';
}
