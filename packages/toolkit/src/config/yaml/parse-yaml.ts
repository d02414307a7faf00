import type { Document } from 'yaml';
import { MOST_PROBLEMS } from '../problem.ts';
import { composeDocument } from './compose-document.ts';
import { inspectYaml } from './inspect-yaml.ts';
import { type Position, Positions } from './position.ts';

/** Something wrong in a YAML text. */
export interface YamlProblem extends Position {
  readonly message: string;
}

/** A YAML document with the places of its parts. */
export interface ParsedYaml {
  readonly text: string;
  /** Not to be relied on while there are problems. */
  readonly document: Document.Parsed;
  readonly problems: readonly YamlProblem[];
  /** Where an offset into the text is. */
  readonly positions: Positions;
}

/**
 * Parses one YAML 1.2 document and refuses what a file of ours never needs: more than one document,
 * duplicate keys, keys that are no texts, tags, nesting without end, and aliases that stand for more
 * than they should. All problems are told, in the order of the text, up to a hundred.
 */
export function parseYaml(text: string): ParsedYaml {
  const positions = new Positions(text);
  const { document, faults } = composeDocument(text);
  const all = faults.length > 0 ? faults : inspectYaml(document, positions);
  const problems = all
    .toSorted((a, b) => a.offset - b.offset)
    .slice(0, MOST_PROBLEMS)
    .map(({ offset, message }) => ({ ...positions.at(offset), message }));
  return { text, document, problems, positions };
}
