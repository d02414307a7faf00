import { expectTypeOf, test } from 'vitest';
import {
  batchMap,
  type Failure,
  map,
  type Outcome,
  type Results,
  runParallel,
  stream,
  type Success,
} from '../../src/index.ts';

const length = async (item: string): Promise<number> => item.length;

test('map gives the values of the task, awaited', () => {
  expectTypeOf(map(['a'], length)).resolves.toEqualTypeOf<Results<number>>();
  expectTypeOf(map(new Set(['a']), (item) => item.length)).resolves.toEqualTypeOf<
    Results<number>
  >();
  expectTypeOf(batchMap(['a'], length)).resolves.toEqualTypeOf<Results<number>>();
});

test('the task is told the type of the items, of any iterable', () => {
  void map(new Map([['a', 1]]), (pair, context) => {
    expectTypeOf(pair).toEqualTypeOf<[string, number]>();
    expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
    expectTypeOf(context.index).toEqualTypeOf<number>();
  });
  void map('text', (item) => expectTypeOf(item).toEqualTypeOf<string>());
  async function* numbers(): AsyncGenerator<number> {
    yield 1;
  }
  void map(numbers(), (item) => expectTypeOf(item).toEqualTypeOf<number>());
});

test('an outcome is told apart by ok', async () => {
  const [outcome] = await runParallel(['a'], length);
  if (outcome === undefined) return;
  expectTypeOf(outcome).toEqualTypeOf<Outcome<string, number>>();
  expectTypeOf(outcome.item).toEqualTypeOf<string>();
  // @ts-expect-error: there is no value before ok was asked
  void outcome.value;
  if (outcome.ok) {
    expectTypeOf(outcome).toEqualTypeOf<Success<string, number>>();
    expectTypeOf(outcome.value).toEqualTypeOf<number>();
  } else {
    expectTypeOf(outcome).toEqualTypeOf<Failure<string>>();
    expectTypeOf(outcome.error).toEqualTypeOf<unknown>();
  }
});

test('a stream gives outcomes', async () => {
  for await (const outcome of stream(['a'], length)) {
    expectTypeOf(outcome).toEqualTypeOf<Outcome<string, number>>();
  }
});

test('wrong use does not compile', () => {
  // @ts-expect-error: a number cannot be iterated
  void map(5, length);
  // @ts-expect-error: the task takes strings
  void map([1], length);
  // @ts-expect-error: no such option
  void map(['a'], length, { concurency: 5 });
  // @ts-expect-error: text is no concurrency
  void map(['a'], length, { concurrency: '8' });
  // @ts-expect-error: failFast belongs to runParallel
  void map(['a'], length, { failFast: true });
  // @ts-expect-error: retry needs attempts
  void map(['a'], length, { retry: {} });
  // @ts-expect-error: items are strings
  void map(['a'], length, { journal: undefined, key: (item: number) => item });
});
