import { threads } from 'atonce/threads';
import { afterAll, expect, test } from 'vitest';
import { createPipeline } from '../../../src/engine/pipeline/create-pipeline.ts';
import { range } from '../support/turn.ts';
import { task } from '../../threads/support.ts';
import { drain } from './support.ts';

const pool = threads({ workers: 2, inline: false });
afterAll(() => pool.close());

test('a stage on threads runs beside stages on the event loop', async () => {
  const here = await task<number, string>('place')(0);
  const { values, statistics } = await createPipeline<number>()
    .stage('plus', async (item) => item + 1, { concurrency: 4 })
    .stage('double', task<number, number>('default'), { on: pool })
    .stage('text', (item) => String(item), { concurrency: 1 })
    .run(range(200));
  expect(values).toEqual(range(200).map((item) => String((item + 1) * 2)));
  expect(statistics.stages[1]).toMatchObject({ in: 200, out: 200, failed: 0, running: 0 });
  const places = await createPipeline<number>()
    .stage('where', task<number, string>('place'), { on: pool })
    .run(range(20).map(() => 0));
  expect(places.values).not.toContain(here);
});

test('failures on threads are dealt with like others', async () => {
  const { outcomes } = await createPipeline<unknown>()
    .stage('clone', task<unknown, unknown>('identity'), { on: pool, onError: 'skip' })
    .run([1, () => 2, 3]);
  expect(outcomes).toMatchObject([
    { ok: true, value: 1 },
    { ok: false, stage: 'clone', error: { code: 'E_UNSERIALISABLE' } },
    { ok: true, value: 3 },
  ]);
});

test('a stage that spins on a thread is ended after the grace when the pipeline is stopped', async () => {
  const controller = new AbortController();
  const stream = createPipeline<string>()
    .stage('spin', task<string, string>('spinOn'), { on: pool, concurrency: 1 })
    .stream(['quick', 'spin', 'never'], { signal: controller.signal, graceMs: 50 });
  const first = await stream.next();
  expect(first.value).toMatchObject({ ok: true, value: 'quick' });
  controller.abort(new Error('enough'));
  const { outcomes, thrown } = await drain(stream);
  expect(thrown).toMatchObject({ message: 'enough' });
  for (const outcome of outcomes) expect(outcome).toMatchObject({ ok: false, stage: 'spin' });
  // The pool goes on with a new worker.
  await expect(pool.run(task<string, string>('spinOn'), 'after')).resolves.toBe('after');
});

test("'auto' chooses where a stage runs, as in map", async () => {
  const { values } = await createPipeline<number>()
    .stage('double', task<number, number>('default'), { on: 'auto' })
    .run(range(50));
  expect(values).toEqual(range(50).map((item) => item * 2));
});
