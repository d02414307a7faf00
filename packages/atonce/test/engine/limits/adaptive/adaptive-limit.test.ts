import { describe, expect, test, vi } from 'vitest';
import { adaptiveLimit } from '../../../../src/engine/limits/adaptive/adaptive-limit.ts';
import type { LimitLaw, SlotUse, Verdict } from '../../../../src/engine/limits/adaptive/law.ts';
import { aimdLaw } from '../../../../src/engine/limits/adaptive/laws/aimd.ts';
import { combinedLaw } from '../../../../src/engine/limits/adaptive/laws/combined.ts';
import { gradientLaw } from '../../../../src/engine/limits/adaptive/laws/gradient.ts';
import { resourcesLaw } from '../../../../src/engine/limits/adaptive/laws/resources.ts';
import { throughputLaw } from '../../../../src/engine/limits/adaptive/laws/throughput.ts';
import { tokensRemainingLaw } from '../../../../src/engine/limits/adaptive/laws/tokens-remaining.ts';
import { vegasLaw } from '../../../../src/engine/limits/adaptive/laws/vegas.ts';
import type { LoadReading } from '../../../../src/engine/limits/adaptive/readings.ts';
import { map } from '../../../../src/engine/map.ts';
import { fakeClock } from '../../../../src/testing/fake-clock.ts';
import { limitContract } from '../../../../src/testing/limit-contract.ts';
import { range, turn } from '../../support/turn.ts';
import '../../support/unhandled.ts';

/** A law that says what the test says. */
function scripted(observe: (use: SlotUse) => Verdict | null): LimitLaw {
  return { name: 'scripted', start: () => ({ observe }) };
}

const laws: Record<string, () => LimitLaw> = {
  throughput: throughputLaw,
  aimd: aimdLaw,
  gradient: gradientLaw,
  vegas: vegasLaw,
  resources: () => resourcesLaw({ intervalMs: 1 }),
  'tokens remaining': () => tokensRemainingLaw({ remainingShare: () => 0.7, intervalMs: 0 }),
  combined: () => combinedLaw(aimdLaw({ backoff: 0.5 }), vegasLaw()),
};

describe.each(Object.entries(laws))('an adaptive limit by the law %s', (_, law) => {
  describe.each([
    { min: 1, initial: 1, max: 1 },
    { min: 1, initial: 4, max: 64 },
    { min: 8, initial: 64, max: 256 },
  ])('%o', (bounds) => {
    const readings = (): LoadReading => ({ cpuShare: Math.random(), memoryShare: 0.3 });
    const makeLimit = (): ReturnType<typeof adaptiveLimit> =>
      adaptiveLimit({ ...bounds, law: law(), readings });
    for (const { name, run } of limitContract(makeLimit)) test(name, run);
  });
});

test('the defaults are 8 slots between 1 and 256, by throughput', () => {
  const limit = adaptiveLimit();
  expect(limit).toMatchObject({ concurrency: 8, inFlight: 0, law: 'throughput' });
  expect(limit.lastChange).toBeUndefined();
  expect(adaptiveLimit({ max: 4 }).concurrency).toBe(4);
  expect(adaptiveLimit({ min: 300 }).concurrency).toBe(300);
});

test.each<[object, string]>([
  [{ min: 0 }, 'Expected `min` to be an integer from 1 to 10000'],
  [{ min: 1.5 }, 'Expected `min`'],
  [{ min: 8, max: 7 }, 'Expected `max` to be an integer from 8'],
  [{ max: Infinity }, 'Expected `max`'],
  [{ min: 2, initial: 1 }, 'Expected `initial` to be an integer from 2 to 256'],
  [{ initial: 257 }, 'Expected `initial`'],
  [{ initial: Number.NaN }, 'Expected `initial`'],
  [{ law: 'aimd' }, 'Expected `law` to be a LimitLaw'],
  [{ law: null }, 'Expected `law`'],
  [{ readings: {} }, 'Expected `readings` to be a function'],
  [{ onChange: 1 }, 'Expected `onChange` to be a function'],
  [{ random: 1 }, 'Expected `random` to be a function'],
  [{ clock: 1 }, 'Expected `clock` to be a Clock'],
  [{ maximum: 1 }, 'Unknown option `maximum`'],
])('options %j are refused', (options, message) => {
  expect(() => adaptiveLimit(options as never)).toThrow(message);
});

test('every change is an event with its law and reason', () => {
  const clock = fakeClock({ startMs: 1_000 });
  const onChange = vi.fn();
  const wanted = [12, 12, 3];
  const law = scripted(() => ({ limit: wanted.shift() ?? 3, reason: 'as told' }));
  const limit = adaptiveLimit({ law, onChange, clock });
  for (let use = 0; use < 4; use++) {
    limit.tryAcquire();
    limit.release('success', 1);
  }
  const change = { law: 'scripted', reason: 'as told', atMs: 1_000 };
  expect(onChange.mock.calls).toEqual([
    [{ from: 8, to: 12, ...change }],
    [{ from: 12, to: 3, ...change }],
  ]);
  expect(limit.lastChange).toEqual({ from: 12, to: 3, ...change });
});

test('a law is told of each use as it was', () => {
  const clock = fakeClock();
  const uses: SlotUse[] = [];
  const law = scripted((use) => {
    uses.push(use);
    return null;
  });
  const limit = adaptiveLimit({ law, clock });
  limit.tryAcquire();
  limit.tryAcquire();
  limit.release('success', 5);
  limit.overloaded();
  limit.release('ignore', 7);
  expect(uses.map(({ result, durationMs, inFlight }) => [result, durationMs, inFlight])).toEqual([
    ['success', 5, 2],
    ['overload', 0, 1],
    ['ignore', 7, 1],
  ]);
});

test.each([
  [1e9, 16],
  [-1e9, 2],
  [Infinity, 16],
  [-Infinity, 2],
  [Number.NaN, 8],
  [10.4, 10],
])('a law that wants %d slots gets %d within 2 and 16', (wanted, slots) => {
  const law = scripted(() => ({ limit: wanted, reason: '' }));
  const limit = adaptiveLimit({ min: 2, initial: 8, max: 16, law });
  limit.tryAcquire();
  limit.release('success', 1);
  expect(limit.concurrency).toBe(slots);
});

test('who waits is called when the limit grows, for each new slot', () => {
  const law = scripted(() => ({ limit: 3, reason: '' }));
  const limit = adaptiveLimit({ initial: 1, law });
  limit.tryAcquire();
  const heard: number[] = [];
  for (const n of range(5))
    limit.whenFree(() => {
      heard.push(n);
      limit.tryAcquire();
    });
  limit.release('success', 1);
  expect(heard).toEqual([0, 1, 2]);
});

test('nothing starts while more is in flight than a lowered limit allows', () => {
  const law = scripted(({ result }) => (result === 'overload' ? { limit: 2, reason: '' } : null));
  const limit = adaptiveLimit({ initial: 5, law });
  while (limit.tryAcquire());
  limit.release('overload', 1);
  expect([limit.inFlight, limit.concurrency]).toEqual([4, 2]);
  const heard = vi.fn();
  limit.whenFree(heard);
  limit.release('success', 1);
  limit.release('success', 1);
  expect(limit.tryAcquire()).toBe(false);
  expect(heard).not.toHaveBeenCalled();
  limit.release('success', 1);
  expect(heard).toHaveBeenCalledTimes(1);
});

test('a law that gives nothing changes nothing, alone and among others', () => {
  const nothing = scripted(() => undefined as never);
  for (const law of [nothing, combinedLaw(nothing, nothing)]) {
    const limit = adaptiveLimit({ law });
    limit.tryAcquire();
    limit.release('success', 1);
    expect(limit).toMatchObject({ concurrency: 8, inFlight: 0, lastChange: undefined });
  }
});

describe('the slot is free again although', () => {
  const failure = new Error('no');
  const throwing = (): never => {
    throw failure;
  };

  test.each<[string, Parameters<typeof adaptiveLimit>[0]]>([
    ['the law throws', { initial: 1, law: scripted(throwing) }],
    [
      'the listener throws',
      { initial: 1, law: scripted(() => ({ limit: 2, reason: '' })), onChange: throwing },
    ],
  ])('%s', (_, options) => {
    const limit = adaptiveLimit(options);
    limit.tryAcquire();
    const heard = vi.fn();
    limit.whenFree(heard);
    expect(() => limit.release('success', 1)).toThrow(failure);
    expect(limit.inFlight).toBe(0);
    expect(heard).toHaveBeenCalledTimes(1);
  });
});

test('a reset goes back to the start, forgets, and says so', () => {
  const changes: unknown[] = [];
  const onChange = ({ from, to, law }: { from: number; to: number; law: string }): void =>
    void changes.push([from, to, law]);
  const limit = adaptiveLimit({ initial: 4, law: aimdLaw(), onChange });
  const use = (): void => {
    limit.tryAcquire();
    limit.tryAcquire();
    limit.release('success', 1);
  };
  use();
  limit.reset();
  expect(limit.concurrency).toBe(4);
  limit.reset();
  use();
  expect(changes).toEqual([
    [4, 5, 'aimd'],
    [5, 4, 'reset'],
    [4, 5, 'aimd'],
  ]);
});

test('runs nested on the same adaptive limit come to their end', async () => {
  const limit = adaptiveLimit({ min: 1, initial: 1, max: 2, law: aimdLaw() });
  const task = (): Promise<number[]> =>
    map(range(3), (n) => turn().then(() => n), { concurrency: limit });
  expect(await map(range(3), task, { concurrency: limit })).toEqual(range(3).map(() => range(3)));
  expect(limit.inFlight).toBe(0);
});

test('tasks that were in flight together and all see a refusal cost the limit one cut', async () => {
  const limit = adaptiveLimit({ initial: 64 });
  const refused = async (): Promise<void> => {
    await turn();
    limit.overloaded();
    throw new Error('429');
  };
  await Promise.allSettled(range(64).map((item) => map([item], refused, { concurrency: limit })));
  expect(limit.concurrency).toBe(44);
});

test('a slot that was taken and had no use tells the law nothing', () => {
  const observe = vi.fn(() => null);
  const limit = adaptiveLimit({ law: scripted(observe) });
  limit.tryAcquire();
  limit.release('ignore', 0);
  expect(observe).not.toHaveBeenCalled();
  expect(limit.inFlight).toBe(0);
});

describe('readings that fail', () => {
  const failure = new Error('no such file');
  const throwing = (): never => {
    throw failure;
  };

  test.each<[string, () => LoadReading, unknown]>([
    ['throw', throwing, failure],
    ['give nothing', () => undefined as never, undefined],
    ['give null', () => null as never, undefined],
  ])('take nothing with them when they %s: nothing is known then', async (_, readings, error) => {
    for (const law of [throughputLaw(), resourcesLaw({ intervalMs: 1 })]) {
      const limit = adaptiveLimit({ initial: 2, law, readings });
      const values = await map(range(200), async (n) => n, { concurrency: limit });
      expect(values).toEqual(range(200));
      expect(limit.inFlight).toBe(0);
      expect(limit.readingsError).toBe(error);
    }
  });

  test('are asked again, and the error is gone when they answer', async () => {
    let fails = true;
    const readings = (): LoadReading => (fails ? throwing() : { cpuShare: 0.9 });
    const clock = fakeClock();
    const limit = adaptiveLimit({ initial: 8, law: resourcesLaw(), readings, clock });
    const use = async (): Promise<void> => {
      limit.tryAcquire();
      await clock.advance(1_000);
      limit.release('success', 1_000);
    };
    await use();
    expect(limit).toMatchObject({ concurrency: 8, readingsError: failure });
    fails = false;
    await use();
    expect(limit).toMatchObject({ concurrency: 4, readingsError: undefined });
  });
});
