import { expect, test } from 'vitest';
import { adaptiveLimit } from '../../../../../src/engine/limits/adaptive/adaptive-limit.ts';
import type { LimitLaw } from '../../../../../src/engine/limits/adaptive/law.ts';
import { combinedLaw } from '../../../../../src/engine/limits/adaptive/laws/combined.ts';
import { throughputLaw } from '../../../../../src/engine/limits/adaptive/laws/throughput.ts';
import { settingOf, useOf } from './use-of.ts';

function scripted(name: string, limits: (number | null)[]): LimitLaw {
  const observe = () => {
    const limit = limits.shift() ?? null;
    return limit === null ? null : { limit, reason: `${name} wants ${limit}` };
  };
  return { name, start: () => ({ observe }) };
}

test('the smallest number that any law wants counts, and says whose it is', () => {
  const law = combinedLaw(scripted('a', [20, 30, null, 50]), scripted('b', [15, null, 40, 12]));
  expect(law.name).toBe('a+b');
  const state = law.start(settingOf());
  expect([1, 2, 3, 4, 5].map(() => state.observe(useOf()))).toEqual([
    { limit: 15, reason: 'b wants 15', law: 'b' },
    null,
    { limit: 30, reason: 'a wants 30', law: 'a' },
    { limit: 12, reason: 'b wants 12', law: 'b' },
    null,
  ]);
});

test('a law that wants nothing yet stands for the initial limit', () => {
  const state = combinedLaw(scripted('a', [50, 5]), scripted('b', [])).start(settingOf());
  expect(state.observe(useOf())).toBeNull();
  expect(state.observe(useOf())).toMatchObject({ limit: 5, law: 'a' });
});

test('the event of a change names the law that decided', () => {
  const laws: string[] = [];
  const law = combinedLaw(scripted('a', [3]), throughputLaw());
  const limit = adaptiveLimit({ law, onChange: (change) => void laws.push(change.law) });
  limit.tryAcquire();
  limit.release('success', 1);
  expect([limit.law, limit.concurrency, laws]).toEqual(['a+throughput', 3, ['a']]);
});

test('one law is not a combination', () => {
  expect(() => combinedLaw(throughputLaw())).toThrow('at least two laws');
});
