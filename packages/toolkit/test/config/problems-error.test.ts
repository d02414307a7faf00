import { isAtonceError } from 'atonce';
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { problemOf } from '../../src/config/problem.ts';
import { PlanError } from '../../src/plans/plan-error.ts';

const problems = Array.from({ length: 60 }, (_, index) => problemOf('c.yaml', `wrong ${index}`));

test.each([
  ['ConfigError', ConfigError, 'E_CONFIG', 'the configuration'],
  ['PlanError', PlanError, 'E_PLAN', 'the plan'],
] as const)(
  '%s tells one problem in a line, more in a list, very many in part',
  (name, Made, code, what) => {
    const one = new Made(problems.slice(0, 1));
    expect(isAtonceError(one, code)).toBe(true);
    expect([one.name, one.message]).toEqual([name, 'c.yaml: wrong 0']);
    expect(new Made(problems.slice(0, 2)).message).toBe(
      `${what} has 2 problems:\n  c.yaml: wrong 0\n  c.yaml: wrong 1`,
    );
    const all = new Made(problems);
    const lines = all.message.split('\n');
    expect([lines.length, lines.at(-1)]).toEqual([52, '  and 10 more']);
    expect(all.problems).toEqual(problems);
    // No more are ever looked for, so there may be others.
    const { message } = new Made([...problems, ...problems].slice(0, 100));
    expect(message).toContain(`${what} has at least 100 problems:`);
    expect(message).toMatch(/\n {2}and at least 50 more$/);
  },
);

test('names of files and settings cannot steer the terminal', () => {
  const { message } = new ConfigError([problemOf('a\u001b[2J\nb.yaml', 'wrong')]);
  expect(message).toBe('a b.yaml: wrong');
});
