import { describe, expect, test } from 'vitest';
import '../engine/support/unhandled.ts';
import type { Limit } from '../../src/engine/limits/limit.ts';
import type { Sabotage } from './sabotage.ts';
import { assertSound, simulate } from './simulate.ts';
import { keptBytes } from './watch/heap.ts';

/** True once, the so-manieth time. */
function once(at: number): () => boolean {
  let times = 0;
  return () => ++times === at;
}

/** Every so-manieth time. */
function each(count: number): () => boolean {
  let times = 0;
  return () => ++times % count === 0;
}

/** A limit with something changed. */
function changed(sound: Limit, changes: Partial<Limit>): Limit {
  const limit: Limit = {
    get concurrency() {
      return sound.concurrency;
    },
    get inFlight() {
      return sound.inFlight;
    },
    tryAcquire: () => sound.tryAcquire(),
    release: (result, ms) => sound.release(result, ms),
    whenFree: (listener) => sound.whenFree(listener),
    here: () => {
      const here = sound.here?.() ?? sound;
      return here === sound ? limit : here;
    },
    holding: (call) => sound.holding?.(call) ?? call(),
    ...changes,
  };
  return limit;
}

/** Made anew for each test, since they count. */
type Planting = () => Sabotage;

const planted: Readonly<Record<string, readonly [told: RegExp, plant: Planting]>> = {
  'a slot that is not given back': [
    /fixedLimit\(24\): 1 slots are still taken/,
    () => {
      const isNow = once(30);
      return {
        limit: (sound) =>
          changed(sound, {
            release: (result, ms) => {
              if (sound.concurrency !== 24 || !isNow()) sound.release(result, ms);
            },
          }),
      };
    },
  ],
  'a limit that lets one too many through': [
    /tasks at work in fixedLimit/,
    () => ({
      limit: (sound) => {
        const isNow = once(1);
        return changed(sound, { tryAcquire: () => sound.tryAcquire() || isNow() });
      },
    }),
  ],
  'a slot that is free while somebody waits': [
    /\d+ wait for fixedLimit\(\d+\), which has a slot free/,
    () => {
      const isNow = each(20);
      return {
        limit: (sound) =>
          changed(sound, {
            whenFree: (listener) => (isNow() ? () => undefined : sound.whenFree(listener)),
          }),
      };
    },
  ],
  'a listener that is left on a signal': [
    /1 listeners are left on its signals/,
    () => {
      const isNow = once(100);
      return {
        signal: (signal) => {
          if (isNow()) signal.addEventListener('abort', () => undefined);
        },
      };
    },
  ],
  'a timer that is not cancelled': [
    /1 timers are left/,
    () => {
      const isNow = each(20);
      return {
        clock: (sound) => ({
          now: () => sound.now(),
          epoch: () => sound.epoch(),
          after: (ms, callback) => {
            const cancel = sound.after(ms, callback);
            return () => {
              if (!isNow()) cancel();
            };
          },
        }),
      };
    },
  ],
  'a promise that never settles': [
    /never ended/,
    () => {
      const isNow = once(50);
      return { promise: (promise) => (isNow() ? new Promise(() => undefined) : promise) };
    },
  ],
  'an outcome that is lost': [
    /gave (\d+ (values|outcomes)|outcomes of the items)/,
    () => ({
      value: (value) =>
        Array.isArray(value) && value.length > 1 ? (value.slice(1) as typeof value) : value,
    }),
  ],
  'an item that settles twice': [
    /settled twice/,
    () => ({
      listener: (listener) => (event) => {
        listener(event);
        if ((event as { readonly type: string }).type === 'settled') listener(event);
      },
    }),
  ],
  'a token budget that is exceeded': [
    /tokens are in use, the budget is/,
    () => ({ tokenBudget: (tokens) => 3 * tokens }),
  ],
};

describe('the harness finds', () => {
  test.each(Object.entries(planted))(
    '%s, and tells how to repeat it',
    async (_what, [told, plant]) => {
      const result = await simulate({ seed: 5, lanes: 150, minutes: 3, sabotage: plant() });
      expect(result.faults.join('\n')).toMatch(told);
      expect(() => assertSound(result)).toThrow(
        'STRESS_SEED=5 STRESS_LANES=150 STRESS_MINUTES=3 npx vitest run',
      );
    },
  );

  test('nothing in the same programs without a planted fault', async () => {
    const result = await simulate({ seed: 5, lanes: 150, minutes: 3 });
    expect(result.faults).toEqual([]);
  });

  test('memory that is held on to', async () => {
    const hoard: unknown[] = [];
    const before = await keptBytes();
    hoard.push(Array.from({ length: 100_000 }, (_, index) => ({ index })));
    expect((await keptBytes()) - before).toBeGreaterThan(1e6);
    expect(hoard).toHaveLength(1);
  });
});
