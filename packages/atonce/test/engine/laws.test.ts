import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchMap } from '../../src/engine/batch-map.ts';
import { fixedLimit } from '../../src/engine/limits/fixed-limit.ts';
import { map } from '../../src/engine/map.ts';
import { runParallel } from '../../src/engine/run-parallel.ts';
import type { Items } from '../../src/engine/source.ts';
import { stream } from '../../src/engine/stream.ts';
import { turns } from './support/turn.ts';
import './support/unhandled.ts';

/** What an item's task does: how many turns it takes, and whether it fails. */
interface Plan {
  readonly delay: number;
  readonly fails: boolean;
  readonly value: number;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  delay: fc.nat({ max: 3 }),
  fails: fc.boolean(),
  value: fc.integer(),
});
const plans = fc.array(plan, { maxLength: 20 });
const concurrency = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(Infinity));
const shape = fc.constantFrom<'array' | 'iterator' | 'generator' | 'set' | 'async'>(
  'array',
  'iterator',
  'generator',
  'set',
  'async',
);

function shaped<T>(
  items: T[],
  as: typeof shape extends fc.Arbitrary<infer S> ? S : never,
): Items<T> {
  if (as === 'array') return items;
  if (as === 'iterator') return items[Symbol.iterator]();
  if (as === 'set') return new Set(items);
  if (as === 'generator')
    return (function* () {
      yield* items;
    })();
  return (async function* () {
    for (const [index, item] of items.entries()) {
      if (index % 3 === 0) await turns(1);
      yield item;
    }
  })();
}

class Failed extends Error {
  readonly of: Plan;
  constructor(of: Plan) {
    super('failed');
    this.of = of;
  }
}

/** Carries out a plan: at delay 0 without any promise, as tasks may. */
function carryOut(one: Plan): number | Promise<number> {
  const end = (): number => {
    if (one.fails) throw new Failed(one);
    return one.value;
  };
  return one.delay === 0 ? end() : turns(one.delay - 1).then(end);
}

const runs = { numRuns: 150 };

describe('map', () => {
  test('gives what a sequential loop gives, for any items, delays, concurrency and kind of source', async () => {
    await fc.assert(
      fc.asyncProperty(plans, concurrency, shape, async (all, width, as) => {
        const good = all.map((one) => ({ ...one, fails: false }));
        const values = await map(shaped(good, as), carryOut, { concurrency: width });
        expect(values).toEqual(good.map((one) => one.value));
      }),
      runs,
    );
  });

  test('rejects with a failure that some item had, untouched, exactly when one item fails', async () => {
    await fc.assert(
      fc.asyncProperty(plans, concurrency, shape, async (all, width, as) => {
        const end = await map(shaped(all, as), carryOut, { concurrency: width }).then(
          (values) => values,
          (error: unknown) => error,
        );
        if (all.some((one) => one.fails)) expect(all).toContain((end as Failed).of);
        else expect(end).toHaveLength(all.length);
      }),
      runs,
    );
  });

  test('at concurrency 1 fails with the first failure and starts nothing behind it', async () => {
    await fc.assert(
      fc.asyncProperty(plans, shape, async (all, as) => {
        const started: Plan[] = [];
        const task = (one: Plan): number | Promise<number> => {
          started.push(one);
          return carryOut(one);
        };
        await map(shaped(all, as), task, { concurrency: 1 }).catch(() => undefined);
        const first = all.findIndex((one) => one.fails);
        expect(started).toEqual(first < 0 ? all : all.slice(0, first + 1));
      }),
      runs,
    );
  });
});

describe('runParallel', () => {
  test('gives exactly one outcome per item, in input order, as each item went', async () => {
    await fc.assert(
      fc.asyncProperty(plans, concurrency, shape, async (all, width, as) => {
        const outcomes = await runParallel(shaped(all, as), carryOut, { concurrency: width });
        expect(outcomes.map(({ index }) => index)).toEqual(all.map((_, index) => index));
        for (const [index, outcome] of outcomes.entries()) {
          const one = all[index] as Plan;
          expect(outcome.item).toBe(one);
          expect(outcome.ok).toBe(!one.fails);
          expect(outcome).toMatchObject(one.fails ? { attempts: 1 } : { value: one.value });
        }
      }),
      runs,
    );
  });

  test('with retry tries each item as often as it fails, and no more than it may', async () => {
    const tries = fc.array(fc.nat({ max: 4 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        tries,
        fc.integer({ min: 1, max: 4 }),
        concurrency,
        async (all, most, width) => {
          const calls = all.map(() => 0);
          const task = async (
            failures: number,
            { index, attempt }: { index: number; attempt: number },
          ) => {
            calls[index]!++;
            expect(attempt).toBe(calls[index]);
            await turns(index % 2);
            if (attempt <= failures) throw new Error('again');
            return index;
          };
          const retry = { attempts: most, backoff: 0 };
          const outcomes = await runParallel(all, task, { concurrency: width, retry });
          const expected = all.map((failures) => Math.min(most, failures + 1));
          expect(calls).toEqual(expected);
          expect(outcomes.map(({ attempts }) => attempts)).toEqual(expected);
          expect(outcomes.map(({ ok }) => ok)).toEqual(all.map((failures) => failures < most));
        },
      ),
      runs,
    );
  });
});

test('batchMap gives the values of the successes of runParallel', async () => {
  await fc.assert(
    fc.asyncProperty(plans, concurrency, shape, async (all, width, as) => {
      const values = await batchMap(shaped(all, as), carryOut, { concurrency: width });
      const outcomes = await runParallel(shaped(all, as), carryOut, { concurrency: width });
      expect(values).toEqual(outcomes.flatMap((one) => (one.ok ? [one.value] : [])));
    }),
    runs,
  );
});

/** What of an outcome does not depend on time. */
function told(outcome: { ok: boolean; index: number; item: unknown }): unknown {
  const { ok, index, item } = outcome;
  return 'value' in outcome ? { ok, index, item, value: outcome.value } : { ok, index, item };
}

describe('stream', () => {
  const order = fc.constantFrom('input' as const, 'completion' as const);

  test('in input order gives what runParallel gives; in completion order a permutation of it', async () => {
    await fc.assert(
      fc.asyncProperty(plans, concurrency, shape, order, async (all, width, as, inOrder) => {
        const outcomes = await runParallel(all, carryOut, { concurrency: width });
        const streamed = [];
        const options = { concurrency: width, order: inOrder };
        for await (const one of stream(shaped(all, as), carryOut, options)) streamed.push(one);
        const indexes = streamed.map(({ index }) => index);
        if (inOrder === 'input') expect(indexes).toEqual(all.map((_, index) => index));
        const sorted = streamed.toSorted((a, b) => a.index - b.index);
        expect(sorted.map(told)).toEqual(outcomes.map(told));
      }),
      runs,
    );
  });

  test('never takes more items than highWaterMark beyond what was read', async () => {
    const mark = fc.integer({ min: 1, max: 6 });
    const pauses = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(plans, concurrency, mark, order),
        pauses,
        async ([all, width, highWaterMark, inOrder], waits) => {
          let taken = 0;
          let asked = 0;
          const source = (function* () {
            for (const one of all) {
              taken++;
              expect(taken - asked).toBeLessThanOrEqual(highWaterMark);
              yield one;
            }
          })();
          const options = { concurrency: width, highWaterMark, order: inOrder };
          const outcomes = stream(source, carryOut, options);
          for (let turn = 0; ; turn++) {
            asked++;
            if ((await outcomes.next()).done === true) break;
            await turns(waits[turn % waits.length] as number);
          }
          expect(taken).toBe(all.length);
        },
      ),
      runs,
    );
  });
});

describe('at most `concurrency` tasks are in flight', () => {
  test('of one run, whatever they do, and nothing is taken before it can start', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.integer({ min: 1, max: 6 }), async (all, width) => {
        let running = 0;
        let most = 0;
        let taken = 0;
        const source = (function* () {
          for (const one of all) {
            taken++;
            expect(running).toBeLessThan(width);
            yield one;
          }
        })();
        const task = async (one: Plan): Promise<number> => {
          most = Math.max(most, ++running);
          expect(taken).toBe(running + settled);
          await turns(one.delay);
          running--;
          settled++;
          if (one.fails) throw new Failed(one);
          return one.value;
        };
        let settled = 0;
        await runParallel(source, task, { concurrency: width });
        expect(most).toBe(Math.min(width, all.length));
      }),
      runs,
    );
  });

  test('of several runs that share a limit, whatever they do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(plans, shape), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 5 }),
        async (all, width) => {
          const limit = fixedLimit(width);
          let running = 0;
          const task = async (one: Plan): Promise<number> => {
            expect(++running).toBeLessThanOrEqual(width);
            expect(limit.inFlight).toBeGreaterThanOrEqual(running);
            await turns(one.delay);
            running--;
            if (one.fails) throw new Failed(one);
            return one.value;
          };
          const results = await Promise.all(
            all.map(([some, as]) => runParallel(shaped(some, as), task, { concurrency: limit })),
          );
          expect(results.map((outcomes) => outcomes.length)).toEqual(
            all.map(([some]) => some.length),
          );
          expect(results.flat().map(({ ok }) => ok)).toEqual(
            all.flatMap(([some]) => some.map((one) => !one.fails)),
          );
          expect(limit.inFlight).toBe(0);
        },
      ),
      runs,
    );
  });
});
