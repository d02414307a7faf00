import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import type { Json } from 'atonce';
import { MOST_PROBLEMS, type Problem } from '../../config/problem.ts';
import { offsetOf } from '../../config/yaml/inspect-yaml.ts';
import type { ParsedYaml } from '../../config/yaml/parse-yaml.ts';
import type { Position } from '../../config/yaml/position.ts';
import { nearest } from '../../report/nearest.ts';

/** One entry of a mapping. */
export interface Entry {
  readonly name: string;
  readonly key: Node;
  readonly value: unknown;
}

/** A parsed plan file, read piece by piece; what is wrong is gathered with its place. */
export class PlanText {
  readonly problems: Problem[] = [];
  readonly #parsed: ParsedYaml;
  readonly #source: string;

  constructor(parsed: ParsedYaml, source: string) {
    this.#parsed = parsed;
    this.#source = source;
  }

  get root(): unknown {
    return this.#parsed.document.contents;
  }

  /** There are so many problems that no more are gathered. */
  get isFull(): boolean {
    return this.problems.length >= MOST_PROBLEMS;
  }

  report(node: unknown, message: string): void {
    if (this.isFull) return;
    this.problems.push({
      source: this.#source,
      ...this.placeOf(node),
      setting: undefined,
      message,
    });
  }

  placeOf(node: unknown): Position {
    return this.#parsed.positions.at(offsetOf((node ?? {}) as Node));
  }

  /** What an alias stands for, or the node itself. */
  resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#parsed.document) : node;
  }

  /** The entries of a mapping; none when it is something else, which is reported. */
  entriesOf(node: unknown, what: string): readonly Entry[] {
    const found = this.resolve(node);
    if (!isMap(found)) {
      this.report(node, `${what} must be a mapping, got ${describe(found)}`);
      return [];
    }
    return found.items.flatMap(({ key, value }) => {
      const name = nameOf(key);
      if (name !== '<<' || (key as Scalar).type !== 'PLAIN')
        return [{ name, key: key as Node, value }];
      this.report(
        key,
        'merge keys (<<) are no part of YAML 1.2; what tasks share goes to defaults',
      );
      return [];
    });
  }

  /** The value that a mapping has under a name; undefined when there is none. */
  find(node: unknown, name: string): unknown {
    const found = this.resolve(node);
    return isMap(found) ? found.items.find(({ key }) => nameOf(key) === name)?.value : undefined;
  }

  /** The entries of a mapping that may only have these names. */
  fieldsOf(node: unknown, what: string, known: readonly string[]): ReadonlyMap<string, unknown> {
    const fields = new Map<string, unknown>();
    for (const { name, key, value } of this.entriesOf(node, what)) {
      if (known.includes(name)) fields.set(name, value);
      else
        this.report(
          key,
          `unknown key ${shown(name)} in ${what}${hint(name, known) || `; there are ${known.join(', ')}`}`,
        );
    }
    return fields;
  }

  /** A text; undefined, and reported, for anything else. */
  text(node: unknown, what: string): string | undefined {
    const found = this.resolve(node);
    if (isScalar(found) && typeof found.value === 'string') return found.value;
    return this.#refuse(node, what, 'a text');
  }

  /** A text as it is written, also when it looks like a number or a truth value. */
  word(node: unknown, what: string): string | undefined {
    const found = this.resolve(node);
    if (isScalar(found) && found.value !== null) {
      return typeof found.value === 'string'
        ? found.value
        : (found.source ?? JSON.stringify(found.value));
    }
    return this.#refuse(node, what, 'a text');
  }

  /** Texts of a list, or the only one when there is no list. */
  words(node: unknown, what: string): readonly { readonly text: string; readonly node: unknown }[] {
    const found = this.resolve(node);
    const items: readonly unknown[] = isSeq(found) ? found.items : [node];
    return items.flatMap((item) => {
      const text = this.word(item, what);
      return text === undefined ? [] : [{ text, node: item }];
    });
  }

  /** True or false. */
  truth(node: unknown, what: string): boolean | undefined {
    const found = this.resolve(node);
    if (isScalar(found) && typeof found.value === 'boolean') return found.value;
    return this.#refuse(node, what, 'true or false');
  }

  /** What `parse` makes of a text or number; undefined, and reported, when it makes nothing of it. */
  parsed<T>(
    node: unknown,
    what: string,
    kind: { readonly expected: string; readonly parse: (text: string) => T | undefined },
  ): T | undefined {
    const found = this.resolve(node);
    const plain = isScalar(found) && ['string', 'number'].includes(typeof found.value);
    const value = plain ? kind.parse(String(found.value)) : undefined;
    return value === undefined ? this.#refuse(node, what, kind.expected) : value;
  }

  /** Any value that JSON can hold. */
  json(node: unknown): Json {
    return (this.resolve(node) as Node | null)?.toJS(this.#parsed.document) as Json;
  }

  isList(node: unknown): boolean {
    return isSeq(this.resolve(node));
  }

  isMapping(node: unknown): boolean {
    return isMap(this.resolve(node));
  }

  isNothing(node: unknown): boolean {
    const found = this.resolve(node);
    return found === null || found === undefined || (isScalar(found) && found.value === null);
  }

  #refuse(node: unknown, what: string, expected: string): undefined {
    this.report(node, `${what} must be ${expected}, got ${describe(this.resolve(node))}`);
  }
}

/** Keys are texts: all others are refused before. */
function nameOf(key: unknown): string {
  return String((key as Scalar).value);
}

/** `; did you mean NAME?`, or nothing when no name is near. */
export function hint(name: string, known: readonly string[]): string {
  const near = nearest(name.slice(0, 100), known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** A name for messages. */
export function shown(name: string): string {
  return JSON.stringify(shortened(name));
}

/** What stands there, for messages. */
function describe(node: unknown): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node) || node.value === null) return 'nothing';
  if (typeof node.value === 'string') return shown(node.value);
  return shortened(node.source ?? typeof node.value);
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
