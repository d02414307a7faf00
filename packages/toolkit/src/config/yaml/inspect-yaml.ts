import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { MOST_PROBLEMS } from '../problem.ts';
import type { Positions } from './position.ts';

/** Something that is YAML but not wanted. */
export interface YamlFault {
  /** Where it begins in the text. */
  readonly offset: number;
  readonly message: string;
}

/** Lists and mappings within each other. */
const DEEPEST = 50;

/** How many values the aliases of a text may stand for, all together. */
const MOST_ALIASED = 10_000;

/** What in the document is a duplicate, too deep, or more than its text shows. */
export function inspectYaml(document: Document.Parsed, positions: Positions): readonly YamlFault[] {
  const inspector = new Inspector(positions);
  inspector.measure(document.contents, 0);
  return inspector.faults.slice(0, MOST_PROBLEMS);
}

class Inspector {
  readonly faults: YamlFault[] = [];
  readonly #positions: Positions;
  /** How many values each anchor stands for. */
  readonly #sizes = new Map<string, number>();
  #aliased = 0;

  constructor(positions: Positions) {
    this.#positions = positions;
  }

  /** How many values the node stands for, aliases counted as what they stand for. */
  measure(node: unknown, depth: number): number {
    if (this.faults.length >= MOST_PROBLEMS) return 1;
    if (isAlias(node)) return this.#alias(node.source, offsetOf(node));
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return 1;
    const size = 1 + this.#inside(node, depth);
    if (node.anchor !== undefined) this.#sizes.set(node.anchor, size);
    return size;
  }

  #inside(node: Node, depth: number): number {
    if (!isMap(node) && !isSeq(node)) return 0;
    if (depth === DEEPEST) {
      this.#report(offsetOf(node), `nested deeper than ${DEEPEST} levels`);
      return 0;
    }
    // An alias of this name further down can only mean what is not yet complete.
    if (node.anchor !== undefined) this.#sizes.delete(node.anchor);
    if (isSeq(node)) {
      return node.items.reduce<number>((sum, item) => sum + this.measure(item, depth + 1), 0);
    }
    this.#refuseDuplicates(node);
    return node.items.reduce((sum, { value }) => sum + 1 + this.measure(value, depth + 1), 0);
  }

  #alias(name: string, offset: number): number {
    const size = this.#sizes.get(name);
    if (size === undefined) {
      this.#report(offset, `the alias *${name} has no complete value &${name} before it`);
      return 1;
    }
    const before = this.#aliased;
    this.#aliased += size;
    if (before <= MOST_ALIASED && this.#aliased > MOST_ALIASED) {
      this.#report(offset, `the aliases stand for more than ${MOST_ALIASED} values`);
    }
    return size;
  }

  #refuseDuplicates({ items }: YAMLMap): void {
    const known = new Map<unknown, number>();
    for (const { key } of items) {
      if (!isScalar(key)) continue;
      const offset = offsetOf(key);
      const first = known.get(key.value);
      if (first === undefined) {
        known.set(key.value, offset);
      } else if (this.faults.length < MOST_PROBLEMS) {
        const { line } = this.#positions.at(first);
        const shown = JSON.stringify(String(key.value).slice(0, 60));
        this.#report(offset, `duplicate key ${shown}: it stands in line ${line} already`);
      }
    }
  }

  #report(offset: number, message: string): void {
    this.faults.push({ offset, message });
  }
}

/** Where the node begins in the text. */
export function offsetOf(node: { readonly range?: readonly number[] | null }): number {
  return node.range?.[0] ?? 0;
}
