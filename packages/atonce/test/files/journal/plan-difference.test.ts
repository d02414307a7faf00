import { expect, test } from 'vitest';
import { planDifferences, storedPlan } from '../../../src/files/journal/plan-difference.ts';
import { plan } from '../support.ts';

const stored = storedPlan(plan);

test('equal plans have no difference, whatever the order of their options', () => {
  const one = storedPlan({ ...plan, options: { a: 1, b: { c: -0, d: [null] } } });
  const two = storedPlan({ ...plan, options: { b: { d: [null], c: -0 }, a: 1 } });
  expect(planDifferences(one, two)).toEqual([]);
});

test('lists each difference: what it was, then what it is', () => {
  const changed = storedPlan({
    task: 'other',
    code: '() => 2',
    options: { timeoutMs: '100', retry: { attempts: 3 } },
  });
  const [task, code, retry, timeout, ...rest] = planDifferences(stored, changed);
  expect(task).toBe('task: "task" → "other"');
  expect(code).toMatch(/^code: [0-9a-f]{12} → [0-9a-f]{12} \(SHA-256\)$/);
  expect(retry).toBe('option retry: not set → {"attempts":3}');
  expect(timeout).toBe('option timeoutMs: 100 → "100"');
  expect(rest).toEqual([]);
});

test('keeps a hash of the code and never the code', () => {
  expect(JSON.stringify(stored)).not.toContain('() => 1');
  expect(stored.codeHash).toMatch(/^[0-9a-f]{64}$/);
});

test('an option that is undefined counts as not given', () => {
  const options = { ...plan.options, retry: undefined as never };
  expect(planDifferences(stored, storedPlan({ ...plan, options }))).toEqual([]);
});

test('names of the prototype are options like others', () => {
  const changed = storedPlan({ ...plan, options: { ...plan.options, constructor: 1 } });
  expect(planDifferences(stored, changed)).toEqual(['option constructor: not set → 1']);
});

test('a long value is cut', () => {
  const changed = storedPlan({ ...plan, options: { timeoutMs: 'x'.repeat(10_000) } });
  expect(planDifferences(stored, changed).join().length).toBeLessThan(200);
});

test('refuses an option that JSON cannot keep', () => {
  const options = { when: new Date(0) as never };
  expect(() => storedPlan({ ...plan, options })).toThrow('`plan.options.when` is a Date');
});
