import { expectTypeOf, test } from 'vitest';
import { createPipeline, type Pipeline } from '../../../src/engine/pipeline/create-pipeline.ts';
import type { PipelineFailure, PipelineOutcome } from '../../../src/engine/pipeline/outcome.ts';
import type { PipelineReport } from '../../../src/engine/pipeline/report.ts';

const length = async (text: string): Promise<number> => text.length;

test('each stage takes what the stage before gives, awaited', () => {
  const first = createPipeline<string>().stage('length', length);
  expectTypeOf(first).toEqualTypeOf<Pipeline<string, number>>();
  const second = first.stage('even', (size) => {
    expectTypeOf(size).toEqualTypeOf<number>();
    return size % 2 === 0;
  });
  expectTypeOf(second).toEqualTypeOf<Pipeline<string, boolean>>();
  // @ts-expect-error: the stage takes texts, not numbers
  first.stage('length again', length);
});

test('batches are arrays, and what is flattened is what it consists of', () => {
  const batches = createPipeline<number>().batch(10);
  expectTypeOf(batches).toEqualTypeOf<Pipeline<number, number[]>>();
  expectTypeOf(batches.flatten()).toEqualTypeOf<Pipeline<number, number>>();
  const lines = createPipeline<string>().stage('read', async function* (path) {
    yield path;
  });
  expectTypeOf(lines.flatten()).toEqualTypeOf<Pipeline<string, string>>();
  const pairs = createPipeline<Map<string, number>>().flatten();
  expectTypeOf(pairs).toEqualTypeOf<Pipeline<Map<string, number>, [string, number]>>();
  // @ts-expect-error: a number cannot be taken apart
  createPipeline<number>().flatten();
});

test('a run takes the items of the first stage and gives the values of the last', async () => {
  const pipeline = createPipeline<string>().stage('length', length);
  expectTypeOf(pipeline.run(['a'])).resolves.toEqualTypeOf<PipelineReport<number>>();
  void pipeline.run(new Set(['a']));
  // @ts-expect-error: the items are texts
  void pipeline.run([1]);
  for await (const outcome of pipeline.stream(['a'])) {
    expectTypeOf(outcome).toEqualTypeOf<PipelineOutcome<number>>();
    // @ts-expect-error: there is no value before ok was asked
    void outcome.value;
    if (outcome.ok) expectTypeOf(outcome.value).toEqualTypeOf<number>();
    else expectTypeOf(outcome.stage).toEqualTypeOf<string>();
  }
});

test('a dead-letter function is told the type of the items of its stage', () => {
  createPipeline<string>().stage('length', length, {
    onError: (failure) => expectTypeOf(failure).toEqualTypeOf<PipelineFailure<string>>(),
  });
});

test('wrong options do not compile', () => {
  // @ts-expect-error: no such option
  createPipeline<string>().stage('length', length, { concurency: 5 });
  // @ts-expect-error: no such policy
  createPipeline<string>().stage('length', length, { onError: 'ignore' });
  // @ts-expect-error: a signal belongs to a run
  createPipeline<string>().stage('length', length, { signal: new AbortController().signal });
  // @ts-expect-error: a name is needed
  createPipeline<string>().stage(length);
});
