import { nearest } from '../../report/nearest.ts';
import { type Condition, type Expression, partsOf, type Status } from './condition.ts';
import { ConditionError } from './condition-error.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Nobody writes more, and the parser calls itself for each level. */
const LONGEST = 1000;
const DEEPEST = 50;

const WORDS = ['success', 'failure', 'always', 'env', 'platform', 'outcome', 'results'] as const;

/**
 * Understands the text of a `when`. An expression that says nothing of how the tasks before ended is
 * meant for when they succeeded.
 *
 * @throws ConditionError for what cannot be understood.
 */
export function parseCondition(text: string): Condition {
  if (text.length > LONGEST) throw new ConditionError(LONGEST, `longer than ${LONGEST} characters`);
  const expression = new Parser(tokensOf(text)).parse();
  if (asksHowItEnded(expression)) return { text, expression };
  const success: Expression = { kind: 'status', status: 'success' };
  return { text, expression: { kind: 'and', left: success, right: expression } };
}

function asksHowItEnded(expression: Expression): boolean {
  return [...partsOf(expression)].some(({ kind }) => kind === 'status' || kind === 'outcome');
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Expression {
    const expression = this.#either();
    const left = this.#token;
    if (left.kind !== 'end') throw this.#unexpected(left, 'the end or an operator');
    return expression;
  }

  #either(): Expression {
    let left = this.#both();
    while (this.#takes('||')) left = { kind: 'or', left, right: this.#both() };
    return left;
  }

  #both(): Expression {
    let left = this.#comparison();
    while (this.#takes('&&')) left = { kind: 'and', left, right: this.#comparison() };
    return left;
  }

  #comparison(): Expression {
    const left = this.#operand();
    if (this.#takes('==')) return { kind: 'equal', left, right: this.#operand() };
    if (this.#takes('!=')) return { kind: 'different', left, right: this.#operand() };
    return left;
  }

  #operand(): Expression {
    const token = this.#take();
    if (token.kind === 'text') return { kind: 'value', value: token.text };
    if (token.kind === 'number') return { kind: 'value', value: Number(token.text) };
    if (token.kind === 'name') return this.#named(token);
    if (token.text !== '!' && token.text !== '(') throw this.#unexpected(token, 'a value');
    if (++this.#depth > DEEPEST) throw new ConditionError(token.at, 'nested too deep');
    const inner = token.text === '!' ? this.#operand() : this.#either();
    this.#depth--;
    if (token.text === '!') return { kind: 'not', of: inner };
    this.#expect(')');
    return inner;
  }

  #named(token: Token): Expression {
    const { text } = token;
    switch (text) {
      case 'true':
      case 'false':
        return { kind: 'value', value: text === 'true' };
      case 'null':
        return { kind: 'value', value: null };
      case 'success':
      case 'failure':
      case 'always':
        return this.#status(text);
      case 'platform':
        return { kind: 'platform' };
      case 'env':
        return { kind: 'env', name: this.#member(token, 'the name of a variable') };
      case 'outcome':
        return { kind: 'outcome', task: this.#member(token, 'the name of a task') };
      case 'results':
        return this.#result(token);
    }
    const near = nearest(text, WORDS);
    const hint = near === undefined ? `known are ${WORDS.join(', ')}` : `did you mean ${near}?`;
    throw new ConditionError(token.at, `unknown word ${text}; ${hint}; texts stand in quotes`);
  }

  /** GitHub writes them as calls. */
  #status(status: Status): Expression {
    if (this.#takes('(')) this.#expect(')');
    return { kind: 'status', status };
  }

  #result(token: Token): Expression {
    const task = this.#member(token, 'the name of a task');
    const fields: string[] = [];
    while (this.#token.text === '.' || this.#token.text === '[')
      fields.push(this.#member(token, 'the name of a field'));
    return { kind: 'result', task, fields };
  }

  /** `.name` or `['name']`. */
  #member({ text }: Token, what: string): string {
    const sign = this.#take();
    const name = this.#take();
    if (sign.kind === 'sign' && sign.text === '.') {
      if (name.kind === 'name' || name.kind === 'number') return name.text;
    } else if (sign.kind === 'sign' && sign.text === '[' && name.kind === 'text') {
      this.#expect(']');
      return name.text;
    }
    throw new ConditionError(sign.at, `${text} needs ${what}: ${text}.NAME or ${text}['NAME']`);
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(): Token {
    const token = this.#token;
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  #takes(sign: string): boolean {
    const { kind, text } = this.#token;
    if (kind !== 'sign' || text !== sign) return false;
    this.#next++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) throw this.#unexpected(this.#token, `\`${sign}\``);
  }

  #unexpected({ kind, text, at }: Token, expected: string): ConditionError {
    const got = kind === 'end' ? 'the end' : `\`${text}\``;
    return new ConditionError(at, `expected ${expected}, got ${got}`);
  }
}
