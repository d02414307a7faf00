import { expectTypeOf, test } from 'vitest';
import type { Cache } from '../../../src/engine/cache/cache.ts';
import { cached } from '../../../src/engine/cache/cached.ts';
import { createCache } from '../../../src/engine/cache/create-cache.ts';
import { map } from '../../../src/engine/map.ts';

test('a cache of anything gives what is computed, a cache of one type only that', () => {
  const any = createCache();
  expectTypeOf(any.getOrCompute('a', () => 1)).resolves.toEqualTypeOf<number>();
  expectTypeOf(any.getOrCompute('a', async () => 'x')).resolves.toEqualTypeOf<string>();
  expectTypeOf(any.get('a')).resolves.toBeUnknown();

  const numbers = createCache<number>({ sizeOf: (value) => value });
  expectTypeOf(numbers).toEqualTypeOf<Cache<number>>();
  expectTypeOf(numbers.get('a')).resolves.toEqualTypeOf<number | undefined>();
  expectTypeOf(numbers.set<number>)
    .parameter(1)
    .toBeNumber();
  expectTypeOf<'text'>().not.toExtend<Parameters<typeof numbers.set<number>>[1]>();
});

test('a cached task is a task with the same item and value', () => {
  const length = cached(async (word: string) => word.length, {
    cache: createCache(),
    key: (w) => w,
  });
  expectTypeOf(length('tea')).resolves.toBeNumber();
  expectTypeOf(map(['tea'], length)).resolves.toExtend<readonly number[]>();
});
