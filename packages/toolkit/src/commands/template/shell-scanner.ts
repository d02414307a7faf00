/** Where in a shell's grammar a place of a script lies. */
export type Context =
  | 'plain'
  | 'single'
  | 'double'
  | 'group'
  | 'substitution'
  | 'comment'
  | 'backquotes'
  | 'parameter'
  | 'arithmetic'
  | 'ansi'
  | 'test'
  | 'here-document'
  | 'code';

/** Contexts in which a shell reads commands. */
const COMMANDS: ReadonlySet<Context> = new Set(['plain', 'group', 'substitution']);

const NESTED_SHELL = /(?:^|[\s;&|(])(?:\S*\/)?(?:ba|da|z|k|a|mk)?sh\s+(?:-\S+\s+)*-[A-Za-z]*c\s+$/;
const EVAL = /(?:^|[\s;&|(])eval\s[^;&|\n]*$/;

/**
 * Reads a shell script from left to right and knows the quoting that holds at each place. It need
 * not be a full parser: what is put into the script is safe in every context, this decides only
 * whether it also means what its writer wanted.
 */
export class ShellScanner {
  readonly #text: string;
  readonly #stack: Context[] = ['plain'];
  #at = 0;
  #hereDocument = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** The contexts around a place, outermost first; places must be asked for from left to right. */
  contextAt(place: number): readonly Context[] {
    while (this.#at < place) this.#step();
    return this.#stack;
  }

  get #top(): Context {
    return this.#stack.at(-1) as Context;
  }

  #step(): void {
    const char = this.#text[this.#at] as string;
    switch (this.#top) {
      case 'here-document':
        break;
      case 'single':
        if (char === "'") this.#leave();
        break;
      case 'comment':
        if (char === '\n') this.#leave();
        break;
      case 'ansi':
        if (char === '\\') this.#at++;
        else if (char === "'") this.#leave();
        break;
      default:
        return this.#stepActive(char);
    }
    this.#at++;
  }

  /** One step where a backslash, a quote or a dollar means something. */
  #stepActive(char: string): void {
    const rest = this.#text.slice(this.#at, this.#at + 3);
    const top = this.#top;
    if (char === '\\') this.#at += 2;
    else if (char === '`') this.#toggleBackquotes();
    else if (rest.startsWith('$((')) this.#enter('arithmetic', 3);
    else if (rest.startsWith('$(')) this.#enter('substitution', 2);
    else if (rest.startsWith('${')) this.#enter('parameter', 2);
    else if (top === 'double') this.#stepDouble(char);
    else if (rest.startsWith("$'")) this.#enter('ansi', 2);
    else if (char === "'" && !this.#isTextInDouble()) this.#enter(this.#quoteContext('single'), 1);
    else if (char === '"') this.#enter(this.#quoteContext('double'), 1);
    else if (top === 'parameter' && char === '}') this.#leaveAt('}');
    else if (top === 'arithmetic' && rest.startsWith('))')) this.#leaveAt('))');
    else if (top === 'test' && rest.startsWith(']]')) this.#leaveAt(']]');
    else if (COMMANDS.has(top)) this.#stepCommand(char, rest);
    else this.#at++;
  }

  #stepDouble(char: string): void {
    if (char === '"') this.#leaveAt('"');
    else this.#at++;
  }

  /** One step where commands, words and operators are read. */
  #stepCommand(char: string, rest: string): void {
    const atWordStart = /^$|[\s;&|()]$/.test(this.#text.slice(Math.max(0, this.#at - 1), this.#at));
    if (char === '#' && atWordStart) this.#enter('comment', 1);
    else if (rest.startsWith('((') && atWordStart) this.#enter('arithmetic', 2);
    else if (rest.startsWith('[[') && atWordStart) this.#enter('test', 2);
    else if (char === '(') this.#enter('group', 1);
    else if (char === ')' && this.#top !== 'plain') this.#leaveAt(')');
    else if (rest === '<<<') this.#at += 3;
    else if (rest.startsWith('<<')) {
      this.#hereDocument = true;
      this.#at += 2;
    } else if (char === '\n' && this.#hereDocument) this.#enter('here-document', 1);
    else this.#at++;
  }

  /** Within double quotes `${name:-it's}` holds an apostrophe, not a quotation. */
  #isTextInDouble(): boolean {
    return this.#top === 'parameter' && this.#stack.at(-2) === 'double';
  }

  /** Text that a second shell, or `eval`, will read as a script of its own. */
  #quoteContext(quote: 'single' | 'double'): Context {
    const before = this.#text.slice(0, this.#at);
    if (!NESTED_SHELL.test(before) && !EVAL.test(before)) return quote;
    this.#stack.push('code');
    return quote;
  }

  #toggleBackquotes(): void {
    const open = this.#stack.lastIndexOf('backquotes');
    if (open === -1) return this.#enter('backquotes', 1);
    this.#stack.length = open;
    this.#at++;
  }

  #enter(context: Context, length: number): void {
    this.#stack.push(context);
    this.#at += length;
  }

  #leaveAt(closing: string): void {
    this.#leave();
    this.#at += closing.length;
  }

  #leave(): void {
    this.#stack.pop();
    if (this.#top === 'code') this.#stack.pop();
  }
}
