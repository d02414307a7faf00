import fc from 'fast-check';
import { runParallel } from 'atonce';
import type { Pool } from 'atonce/threads';
import { threads } from 'atonce/threads';
import { afterAll, describe, expect, test } from 'vitest';
import { kinds, task } from './support.ts';

const pools: [string, Pool][] = [
  ...[1, 2, 3].flatMap((workers) =>
    kinds.map(([kind, make]): [string, Pool] => [`${workers} ${kind}`, make({ workers })]),
  ),
  ['threads that may run inline', threads({ workers: 2 })],
];
afterAll(async () => {
  await Promise.all(pools.map(([, pool]) => pool.close()));
});

interface Item {
  readonly value: unknown;
  readonly fails: boolean;
}
const item: fc.Arbitrary<Item> = fc.record({
  value: fc.oneof(
    fc.integer(),
    fc.double(),
    fc.string(),
    fc.constant(undefined),
    fc.constant(null),
    fc.array(fc.double()),
    fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
  ),
  fails: fc.boolean(),
});

function sequential({ value, fails }: Item): unknown {
  return fails ? { failed: 'on purpose', value } : { value: [value] };
}

describe.each(pools)('on %s', (_name, pool) => {
  test('a run gives what a loop gives, for any items and failures', async () => {
    const failing = task<Item, unknown>('failOrWrap');
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { maxLength: 300 }),
        fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        async (items, concurrency) => {
          const outcomes = await runParallel(items, failing, { on: pool, concurrency });
          const answers = outcomes.map((outcome) =>
            outcome.ok
              ? outcome.value
              : {
                  failed: (outcome.error as Error).message,
                  value: (outcome.error as { value: unknown }).value,
                },
          );
          expect(answers).toStrictEqual(items.map(sequential));
        },
      ),
      { numRuns: 40 },
    );
  });
});
