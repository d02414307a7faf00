import { Composer, type CST, type Document, Lexer, Parser } from 'yaml';
import type { YamlFault } from './inspect-yaml.ts';

/** What can be opened within each other while reading: far more than anybody needs, far less than a stack holds. */
const MOST_OPEN = 200;

/** The first document of a text, and what stood in the way. */
export interface ComposedDocument {
  readonly document: Document.Parsed;
  readonly faults: readonly YamlFault[];
}

/**
 * Reads the one document of a text. Reading stops where nesting becomes too deep: the composer calls
 * itself for each level, and a text of nothing but brackets would end the process.
 */
export function composeDocument(text: string): ComposedDocument {
  const composer = new Composer({
    stringKeys: true,
    resolveKnownTags: false,
    // Looked for by us: the composer's own search takes time that grows with the square of the keys.
    uniqueKeys: false,
  });
  const reading = new Reading(text);
  const [document, another] = take(composer.compose(reading.tokens(), true, text.length), 2);
  const errors = [...(document?.errors ?? []), ...(document?.warnings ?? [])];
  const faults = errors.map(({ code, message, pos }) => ({
    offset: pos[0],
    message: told(code, message),
  }));
  if (reading.deepAt !== undefined) {
    faults.unshift({ offset: reading.deepAt, message: 'nested too deep' });
  } else if (another !== undefined) {
    faults.push({ offset: another.range[0], message: 'there must be one document only' });
  }
  return { document: document as Document.Parsed, faults };
}

class Reading {
  /** Where nesting became too deep. */
  deepAt: number | undefined;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  *tokens(): Generator<CST.Token> {
    const parser = new Parser();
    for (const lexeme of new Lexer().lex(this.#text)) {
      yield* parser.next(lexeme);
      if (parser.stack.length > MOST_OPEN) {
        this.deepAt = parser.offset;
        return;
      }
    }
    yield* parser.end();
  }
}

function take<T>(items: Iterable<T>, most: number): readonly T[] {
  const taken: T[] = [];
  for (const item of items) if (taken.push(item) === most) break;
  return taken;
}

/** Messages that speak of the parser's own options, in words that a person can use. */
function told(code: string, message: string): string {
  return code === 'NON_STRING_KEY' ? 'a key must be a text' : message;
}
