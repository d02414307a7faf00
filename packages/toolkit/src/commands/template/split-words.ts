import { OptionError } from 'atonce';

/** What a shell would act upon, longest first. */
const OPERATORS = [
  '&&', '||', ';;', '<<<', '<<', '>>', '>&', '<&', '|', '&', ';', '<', '>', '(', ')', '\n',
]; // prettier-ignore

/** Words that are grammar to a shell when they come first. */
const RESERVED = new Set([
  '!', '{', 'if', 'for', 'while', 'until', 'case', 'function', 'time', '[[',
]); // prettier-ignore

/**
 * Cuts a command line into words as a shell would, once, with quotes and backslashes and nothing
 * else: what a shell would expand or act upon is refused rather than taken as text.
 *
 * @throws OptionError naming the operator, with `--shell` as the way to have one.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  const scanner = new WordScanner(line);
  for (let word = scanner.next(); word !== undefined; word = scanner.next()) {
    if (words.length === 0) refuseFirst(word);
    words.push(word.text);
  }
  return words;
}

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

function refuseFirst({ text, quoted }: Word): void {
  if (quoted) return;
  if (RESERVED.has(text)) throw needsShell(text);
  if (/^[A-Za-z_]\w*=/.test(text)) {
    throw new OptionError(
      'template',
      `Without a shell a command cannot begin with \`${text}\`; write \`env ${text} ...\`, or use --shell`,
    );
  }
}

class WordScanner {
  readonly #line: string;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  next(): Word | undefined {
    while (/[ \t\r]/.test(this.#line[this.#at] ?? '')) this.#at++;
    // A line break at the very end is how the line came, not an operator.
    if (this.#line.slice(this.#at).trim() === '') return undefined;
    let text = '';
    let quoted = false;
    for (; ; this.#at++) {
      const char = this.#line[this.#at];
      if (char === undefined || /[ \t\r]/.test(char)) return { text, quoted };
      if (char === "'" || char === '"' || char === '\\') {
        quoted = true;
        text += this.#quotation(char);
        continue;
      }
      this.#refuseActive(char, text === '' && !quoted);
      text += char;
    }
  }

  /** What the quote at this place stands for; leaves the place at its last character. */
  #quotation(quote: string): string {
    if (quote === '\\') return this.#escaped();
    const from = this.#at + 1;
    if (quote === "'") {
      const end = this.#line.indexOf("'", from);
      if (end === -1) throw unclosed(quote);
      this.#at = end;
      return this.#line.slice(from, end);
    }
    let text = '';
    for (this.#at = from; this.#line[this.#at] !== '"'; this.#at++) {
      const char = this.#line[this.#at];
      if (char === undefined) throw unclosed(quote);
      if (char === '$' || char === '`') this.#refuseActive(char, false);
      if (char === '\\' && /["\\$`\n]/.test(this.#line[this.#at + 1] ?? ''))
        text += this.#escaped();
      else text += char;
    }
    return text;
  }

  #escaped(): string {
    this.#at++;
    const char = this.#line[this.#at];
    if (char === undefined) throw unclosed('\\');
    return char === '\n' ? '' : char;
  }

  #refuseActive(char: string, atStart: boolean): void {
    const rest = this.#line.slice(this.#at, this.#at + 64);
    const operator = OPERATORS.find((one) => rest.startsWith(one));
    if (operator === '\n' && this.#line.slice(this.#at).trim() === '') return;
    if (operator !== undefined) throw needsShell(operator === '\n' ? 'a line break' : operator);
    if (char === '`') throw needsShell('`');
    const expansion = /^\$(?:\w+|[{('"@*#?$!-])/.exec(rest);
    if (expansion !== null) throw needsShell(expansion[0]);
    if (char === '*' || char === '?') throw needsShell(char);
    if (char === '[' && /^\[[^\s\]]+\]/.test(rest)) throw needsShell('[');
    if (atStart && (char === '~' || char === '#')) throw needsShell(char);
  }
}

function needsShell(what: string): OptionError {
  return new OptionError(
    'template',
    `The command holds \`${what}\`, which only a shell acts upon; use --shell, or quote it to have it as text`,
  );
}

function unclosed(quote: string): OptionError {
  return new OptionError('template', `The command ends within a quotation (${quote})`);
}
