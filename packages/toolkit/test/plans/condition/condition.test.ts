import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Status } from '../../../src/plans/condition/condition.ts';
import { ConditionError } from '../../../src/plans/condition/condition-error.ts';
import { holds, type Outcome } from '../../../src/plans/condition/evaluate.ts';
import { parseCondition } from '../../../src/plans/condition/parse-condition.ts';

interface World {
  readonly status?: Status;
  readonly env?: Readonly<Record<string, string>>;
  readonly outcomes?: Readonly<Record<string, Outcome>>;
  readonly results?: Readonly<Record<string, unknown>>;
}

function isSo(
  text: string,
  { status = 'success', env = {}, outcomes = {}, results = {} }: World = {},
): boolean {
  return holds(parseCondition(text), {
    env: (name) => (Object.hasOwn(env, name) ? env[name] : undefined),
    platform: 'linux',
    status: (asked) => asked === 'always' || asked === status,
    outcome: (task) => outcomes[task] ?? 'skipped',
    result: (task, fields) =>
      fields.reduce<unknown>(
        (value, field) => (value as Record<string, unknown>)?.[field],
        results[task],
      ),
  });
}

describe('a condition', () => {
  const world: World = {
    env: { A: 'x', N: '3', EMPTY: '', 'my-var': 'm' },
    outcomes: { t: 'failure', 'my task': 'success' },
    results: { t: { list: [1, { ok: true }] }, text: 'out', zero: 0, none: null },
  };
  test.each([
    ["env.A == 'x'", true],
    ['env.A == "x"', true],
    ["env.A != 'x'", false],
    ['env.N == 3', true],
    ["env.N == '3'", true],
    ["env.GONE == ''", true],
    ['env.GONE', false],
    ['!env.EMPTY', true],
    ["env['my-var'] == 'm'", true],
    ["platform == 'linux' && !(platform == 'win32')", true],
    ["env.A == 'y' || env.N == '3' && env.A == 'x'", true],
    ["(env.A == 'y' || env.N == '3') && env.A == 'y'", false],
    ["outcome.t == 'failure'", true],
    ["outcome['my task'] == 'success' && success", true],
    ['results.t.list.1.ok', true],
    ["results.t['list'] == '[1,{\"ok\":true}]'", true],
    ["results.text == 'out'", true],
    ['results.zero', false],
    ['results.none == null', true],
    ['results.gone == null', true],
    ["'it''s' == \"it's\"", true],
    ['true', true],
    ['false', false],
    ['!!true', true],
    ['-1.5 == -1.5', true],
    ['success()', true],
    ['failure() || always()', true],
  ])('%s is %s', (text, expected) => {
    expect(isSo(text, world)).toBe(expected);
  });

  test('that says nothing of how others ended is meant for their success', () => {
    const afterFailure: World = { status: 'failure', env: { A: 'x' }, results: { t: 1 } };
    expect(isSo('env.A', afterFailure)).toBe(false);
    expect(isSo('results.t', afterFailure)).toBe(false);
    expect(isSo('failure && env.A', afterFailure)).toBe(true);
    expect(isSo('always && env.A', afterFailure)).toBe(true);
    expect(isSo("outcome.t == 'skipped' && env.A", afterFailure)).toBe(true);
  });

  test.each([
    ['', 1, 'expected a value, got the end'],
    ['env', 4, "env needs the name of a variable: env.NAME or env['NAME']"],
    ['env.', 4, 'env needs'],
    ['env.A = 1', 7, '`=` means nothing; `==` compares'],
    ['env.A & env.B', 7, '`&` means nothing; write `&&`'],
    ['$HOME', 1, '`$` means nothing; a variable is `env.NAME`'],
    ["'open", 1, 'a text that does not end'],
    ['(true', 6, 'expected `)`, got the end'],
    ['true true', 6, 'expected the end or an operator, got `true`'],
    ['sucess', 1, 'unknown word sucess; did you mean success?'],
    ['process.exit()', 1, 'unknown word process'],
    ['1 == 1 == 1', 8, 'expected the end or an operator'],
    ['!'.repeat(60), 51, 'nested too deep'],
    ['x'.repeat(1001), 1000, 'longer than 1000 characters'],
  ])('%s is refused at %d', (text, at, message) => {
    expect(() => parseCondition(text)).toThrow(message);
    expect(() => parseCondition(text)).toThrow(expect.objectContaining({ at }));
  });

  test('is understood or refused, whatever its text', () => {
    const piece = fc.constantFrom(
      'env',
      '.',
      'A',
      '==',
      '!',
      '(',
      ')',
      '&&',
      '||',
      "'x'",
      '1',
      ' ',
      'results',
      '[',
      ']',
      'always',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 20 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (each) => {
        try {
          expect(typeof isSo(each)).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(ConditionError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
