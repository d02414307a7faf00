import { describe, expect, it } from 'vitest';
import { type Halt, haltAt } from '../../src/runs/halt.ts';

describe('the halt rule', () => {
  it.each<[Halt, number, number, number | undefined, string | undefined]>([
    [{ when: 'never' }, 9, 9, 9, undefined],
    [{ when: 'now', failures: 1 }, 0, 9, 9, undefined],
    [{ when: 'now', failures: 1 }, 1, 1, undefined, 'now'],
    [{ when: 'soon', failures: 2 }, 1, 5, 10, undefined],
    [{ when: 'soon', failures: 2 }, 2, 5, 10, 'soon'],
    [{ when: 'soon', failurePercent: 10 }, 1, 1, 10, 'soon'],
    [{ when: 'soon', failurePercent: 10 }, 1, 1, 11, undefined],
    [{ when: 'soon', failurePercent: 50 }, 2, 2, undefined, undefined],
    [{ when: 'soon', failurePercent: 50 }, 2, 3, undefined, 'soon'],
    [{ when: 'soon', failurePercent: 50 }, 1, 3, undefined, undefined],
  ])(
    '%j with %i failures of %i ended, %s in all, gives %s',
    (...[halt, failed, ended, ...rest]) => {
      const [total, expected] = rest;
      expect(haltAt(halt, { failed, ended, total })).toBe(expected);
    },
  );
});
