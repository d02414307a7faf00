import { describe, expect, test } from 'vitest';
import { createPipeline } from '../../../src/engine/pipeline/create-pipeline.ts';
import { identity } from './support.ts';
import '../support/unhandled.ts';

const same = (item: number): number => item;

describe('an option that is refused names itself, what was expected and what came', () => {
  const stage = (options: object) => () => createPipeline<number>().stage('one', same, options);
  const batch =
    (size: unknown, options: object = {}) =>
    () =>
      createPipeline<number>().batch(size as number, options);
  const flatten = (options: object) => () => createPipeline<number[]>().flatten(options);

  test.each([
    ['name', () => createPipeline<number>().stage('', same), 'a text, not empty'],
    ['name', () => createPipeline<number>().stage(5 as never, same), 'a text'],
    ['name', () => identity().stage('same', same), 'Two stages are called "same"'],
    ['task', () => createPipeline<number>().stage('one', 5 as never), 'a function'],
    ['concurrency', stage({ concurrency: 0 }), 'an integer from 1 and up, since'],
    ['concurrency', stage({ concurrency: Infinity }), 'a pipeline is bounded'],
    ['queue', stage({ queue: -1 }), 'an integer from 0'],
    ['queue', stage({ queue: Infinity }), 'an integer from 0'],
    ['ordered', stage({ ordered: 'yes' }), 'true or false'],
    ['timeoutMs', stage({ timeoutMs: 0 }), 'more than 0'],
    ['retry.attempts', stage({ retry: { attempts: 0 } }), 'an integer from 1'],
    ['rateLimit.limit', stage({ rateLimit: { limit: 0, intervalMs: 1 } }), 'an integer from 1'],
    ['on', stage({ on: 'threads' }), 'a Runner'],
    ['onError', stage({ onError: 'ignore' }), "'stop', 'skip' or a function"],
    ['ordred', stage({ ordred: true }), 'did you mean `ordered`?'],
    ['signal', stage({ signal: AbortSignal.abort() }), 'Unknown option'],
    ['journal', stage({ journal: {} }), 'Unknown option'],
    ['size', batch(0), 'an integer from 1'],
    ['size', batch(2.5), 'an integer from 1'],
    ['maxWaitMs', batch(2, { maxWaitMs: 0 }), 'more than 0'],
    ['queue', batch(2, { queue: 0 }), 'an integer from 1'],
    ['maxWait', batch(2, { maxWait: 5 }), 'did you mean `maxWaitMs`?'],
    ['queue', flatten({ queue: 0 }), 'an integer from 1'],
    ['onError', flatten({ onError: null }), "'stop', 'skip' or a function"],
    ['clock', () => createPipeline({ clock: {} as never }), 'a Clock'],
    ['random', () => createPipeline({ random: 5 as never }), 'a function'],
    ['seed', () => createPipeline({ seed: 5 } as never), 'Unknown option'],
    ['items', () => identity().stream(5 as never), 'an iterable or async iterable'],
    ['order', () => identity().stream([], { order: 'any' as never }), "'input' or 'completion'"],
    ['highWaterMark', () => identity().stream([], { highWaterMark: 0 }), 'an integer from 1'],
    ['graceMs', () => identity().stream([], { graceMs: -1 }), 'not negative'],
    ['signal', () => identity().stream([], { signal: {} as never }), 'an AbortSignal'],
    ['stages', () => createPipeline<number>().stream([]), 'A pipeline needs a stage'],
  ])('%s', (option, use, expected) => {
    let thrown: unknown;
    try {
      use();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'E_OPTION', option });
    expect((thrown as Error).message).toContain(expected);
  });
});

test('run rejects instead of throwing', async () => {
  await expect(identity().run(5 as never)).rejects.toMatchObject({ option: 'items' });
  await expect(createPipeline<number>().run([])).rejects.toMatchObject({ option: 'stages' });
  await expect(identity().run([], { grace: 5 } as never)).rejects.toMatchObject({
    message: expect.stringContaining('did you mean `graceMs`?') as string,
  });
});

test('undefined means the default', async () => {
  const options = { concurrency: undefined, queue: undefined, ordered: undefined, on: undefined };
  const pipeline = identity({ ...options, retry: undefined, onError: undefined });
  const { statistics } = await pipeline.run([1], { signal: undefined, graceMs: undefined });
  expect(statistics.stages[0]?.concurrency).toBe(64);
});
