import { describe, expect, test } from 'vitest';
import { fixedLimit } from '../../src/engine/limits/fixed-limit.ts';
import type { Limit } from '../../src/engine/limits/limit.ts';
import { limitContract } from '../../src/testing/limit-contract.ts';

describe.each([1, 2, 7, 64])('a fixed limit of %i', (slots) => {
  for (const { name, run } of limitContract(() => fixedLimit(slots))) test(name, run);
});

/** A fixed limit of three with one fault. */
function faulty(fault: (limit: Limit) => Partial<Limit>): Limit {
  const sound = fixedLimit(3);
  const limit: Limit = {
    get concurrency() {
      return sound.concurrency;
    },
    get inFlight() {
      return sound.inFlight;
    },
    tryAcquire: () => sound.tryAcquire(),
    release: (result, durationMs) => sound.release(result, durationMs),
    whenFree: (listener) => sound.whenFree(listener),
  };
  return Object.defineProperties(limit, Object.getOwnPropertyDescriptors(fault(sound)));
}

describe('a limit is found out that', () => {
  test.each<[string, (limit: Limit) => Partial<Limit>]>([
    ['gives more slots than it has', () => ({ concurrency: 2 })],
    ['never gives a slot', () => ({ tryAcquire: () => false })],
    ['counts wrongly', () => ({ inFlight: 0 })],
    [
      'keeps the slot after an overload',
      (sound) => ({
        release: (result, ms) => (result === 'overload' ? undefined : sound.release(result, ms)),
      }),
    ],
    ['never calls who waits', () => ({ whenFree: () => () => {} })],
    [
      'calls who waits at once',
      () => ({
        whenFree: (listener) => {
          listener();
          return () => {};
        },
      }),
    ],
    [
      'calls at once who asks while a slot is free',
      (sound) => ({
        whenFree: (listener) => {
          if (sound.inFlight === 3) return sound.whenFree(listener);
          listener();
          return () => {};
        },
      }),
    ],
    [
      'calls who has withdrawn',
      (sound) => ({
        whenFree: (listener) => {
          sound.whenFree(listener);
          return () => {};
        },
      }),
    ],
  ])('%s', async (_, fault) => {
    const runs = limitContract(() => faulty(fault)).map(({ run }) => run());
    const failures = (await Promise.allSettled(runs)).filter(({ status }) => status === 'rejected');
    expect(failures.length).toBeGreaterThan(0);
  });
});
