import { type Document, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Plain } from '../setting.ts';
import { offsetOf } from '../yaml/inspect-yaml.ts';
import type { ParsedYaml } from '../yaml/parse-yaml.ts';

/** A change of a YAML text. */
export interface YamlEdit {
  /** Keys from the top, at least one, none of which needs quotes. */
  readonly path: readonly string[];
  /** What is to stand there. */
  readonly value: Plain;
  /** A comment that says `key: value` with this value may be replaced. */
  readonly commented: Plain;
}

/**
 * Texts that differ from the parsed one in as little as possible and have the value at the path, the
 * gentlest first: comments, order, indentation and line ends stay. Each is a proposal, to be read
 * again before it is believed, for YAML has more forms than are looked at here.
 */
export function* editedTexts({ text, document }: ParsedYaml, edit: YamlEdit): Generator<string> {
  const place = findPlace(document, edit.path);
  if (place.kind === 'value') {
    yield withValue(text, place.node, edit.value);
  } else {
    yield* withCommentTaken(text, edit);
    yield* withLines(text, place, edit);
  }
  const written = rewritten(document, edit);
  if (written !== undefined) yield written.replaceAll('\n', lineEnd(text));
}

/** Where in the document a change belongs. */
type Place =
  /** In place of this value. */
  | { readonly kind: 'value'; readonly node: Node }
  /** Behind the last line of this mapping, from the key at `depth` on. */
  | { readonly kind: 'mapping'; readonly map: YAMLMap; readonly depth: number }
  /** Below this key, which has no value yet. */
  | { readonly kind: 'key'; readonly key: Node; readonly depth: number }
  /** At the end of a text that holds nothing yet. */
  | { readonly kind: 'end' }
  | { readonly kind: 'elsewhere' };

function findPlace({ contents }: Document.Parsed, path: readonly string[]): Place {
  if (isEmpty(contents)) return { kind: 'end' };
  let node: unknown = contents;
  for (const [depth, word] of path.entries()) {
    if (!isMap(node)) return { kind: 'elsewhere' };
    const pair: Pair | undefined = node.items.find(
      ({ key }) => isScalar(key) && key.value === word,
    );
    if (pair === undefined) {
      return node.flow === true ? { kind: 'elsewhere' } : { kind: 'mapping', map: node, depth };
    }
    const { key, value } = pair as Pair<Node, Node>;
    if (depth === path.length - 1) {
      return value === null ? { kind: 'elsewhere' } : { kind: 'value', node: value };
    }
    if (isEmpty(value)) return { kind: 'key', key, depth: depth + 1 };
    node = value;
  }
  return { kind: 'elsewhere' };
}

/** Nothing stands there, not even the word null. */
function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null && node.source === '');
}

function withValue(text: string, node: Node, value: Plain): string {
  const [start, end] = node.range ?? [0, 0];
  const space = start === end ? ' ' : '';
  return `${text.slice(0, start)}${space}${value}${text.slice(end)}`;
}

/** The comments that show the setting with its default, as a fresh file has them, made to settings. */
function* withCommentTaken(text: string, { path, value, commented }: YamlEdit): Generator<string> {
  const word = path.at(-1) ?? '';
  const shown = `${word}: ${commented}`;
  for (const match of text.matchAll(/^( *)# ?(\S.*)$/gm)) {
    const [line, indent = '', comment] = match;
    if (comment?.trimEnd() !== shown) continue;
    const end = match.index + line.trimEnd().length;
    yield `${text.slice(0, match.index)}${indent}${word}: ${value}${text.slice(end)}`;
  }
}

function* withLines(text: string, place: Place, { path, value }: YamlEdit): Generator<string> {
  if (place.kind === 'end') {
    const end = text === '' || text.endsWith('\n') ? '' : lineEnd(text);
    yield (
      text +
        end +
        linesOf(path, value, 0)
          .map((line) => line + lineEnd(text))
          .join('')
    );
  }
  if (place.kind === 'mapping') {
    const { map, depth } = place;
    const indent = indentAt(text, offsetOf((map.items[0]?.key ?? map) as Node));
    yield withLinesBelow(text, endOf(map), linesOf(path.slice(depth), value, indent));
  }
  if (place.kind === 'key') {
    const { key, depth } = place;
    const indent = indentAt(text, offsetOf(key)) + 2;
    yield withLinesBelow(text, offsetOf(key), linesOf(path.slice(depth), value, indent));
  }
}

/** The keys below each other, the value behind the last. */
function linesOf(path: readonly string[], value: Plain, indent: number): readonly string[] {
  return path.map((key, depth) => {
    const end = depth === path.length - 1 ? ` ${value}` : '';
    return `${' '.repeat(indent + 2 * depth)}${key}:${end}`;
  });
}

function withLinesBelow(text: string, offset: number, lines: readonly string[]): string {
  const newline = text.indexOf('\n', offset);
  let at = newline === -1 ? text.length : newline;
  if (text[at - 1] === '\r') at -= 1;
  const added = lines.map((line) => lineEnd(text) + line).join('');
  return text.slice(0, at) + added + text.slice(at);
}

function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** How far from the beginning of its line. */
function indentAt(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** Where the last thing in the node ends, comments behind it left out. */
function endOf(node: unknown): number {
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1);
    if (last !== undefined) return Math.max(endOf(last.key), endOf(last.value));
  }
  if (isSeq(node) && node.flow !== true && node.items.length > 0) return endOf(node.items.at(-1));
  return (node as Node | null | undefined)?.range?.[1] ?? 0;
}

/** The document written anew, which keeps comments and order but not every space. Changes the document. */
function rewritten(document: Document.Parsed, { path, value }: YamlEdit): string | undefined {
  try {
    document.setIn(path, value);
    return document.toString({ lineWidth: 0 });
  } catch {
    // A scalar where a mapping must be, or something else that only a person can put right.
    return undefined;
  }
}
