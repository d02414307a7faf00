import { getEventListeners } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { createPipeline, type Pipeline } from '../../../src/engine/pipeline/create-pipeline.ts';
import type { Limit } from '../../../src/engine/limits/limit.ts';
import type { Runner } from '../../../src/engine/runner.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { deferred, isSettled, never, range, turn, turns } from '../support/turn.ts';
import { countedSource, drain, identity, sleep } from './support.ts';
import '../support/unhandled.ts';

const reason = new Error('enough');
const failure = new Error('no');

function aborted(): AbortSignal {
  return AbortSignal.abort(reason);
}

describe('an abort', () => {
  test('before the start reads nothing, calls nothing and rejects with the reason', async () => {
    const source = countedSource(5);
    const stage = vi.fn();
    const pipeline = createPipeline<number>().stage('one', stage).batch(2).flatten();
    await expect(pipeline.run(source, { signal: aborted() })).rejects.toBe(reason);
    const { outcomes, thrown } = await drain(pipeline.stream(source, { signal: aborted() }));
    expect({ outcomes, thrown }).toEqual({ outcomes: [], thrown: reason });
    expect(stage).not.toHaveBeenCalled();
    expect(source.taken).toBe(0);
    // Once for each of the two runs.
    expect(source.closed).toBe(2);
  });

  test('aborts the signals of all stages and does not wait for those who never settle', async () => {
    const controller = new AbortController();
    const seen: unknown[] = [];
    const stuck = (_: number, { signal }: { signal: AbortSignal }): Promise<never> => {
      signal.addEventListener('abort', () => seen.push(signal.reason));
      return never();
    };
    const pipeline = identity({ concurrency: 1 }).stage('stuck', stuck, { concurrency: 2 });
    const running = pipeline.run(range(9), { signal: controller.signal });
    await turns(3);
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(seen).toEqual([reason, reason]);
  });

  test('starts no further try in a stage whose turn to be stopped comes only later', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const tries = vi.fn(() => Promise.reject(failure));
    // Set before the timer of the next try, which is due at the same time.
    clock.after(10, () => controller.abort(reason));
    const running = createPipeline<number>({ clock })
      .stage('one', async (item) => (item === 0 ? item : never()), { concurrency: 2 })
      .stage('two', tries, { retry: { attempts: 2, backoff: () => 10 } })
      .run([0, 1], { signal: controller.signal });
    const end = expect(running).rejects.toBe(reason);
    await clock.advance(100);
    await end;
    expect(tries).toHaveBeenCalledTimes(1);
  });

  test('while an item is taken apart does not wait for ever for who takes over its failure', async () => {
    for (const graceMs of [0, 50]) {
      const clock = fakeClock();
      const controller = new AbortController();
      const parts = function* (): Generator<number> {
        yield 1;
        controller.abort(reason);
        throw failure;
      };
      const told = vi.fn(never);
      const running = createPipeline<number>({ clock })
        .stage('open', parts)
        .flatten({ onError: told })
        .run([0], { signal: controller.signal, graceMs });
      const end = expect(running).rejects.toBe(reason);
      await clock.advance(100);
      await end;
      expect(told).toHaveBeenCalledTimes(1);
      expect(clock.pending).toBe(0);
    }
  });

  test('gives running stages their grace, and what they make of it does not get lost', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const pipeline = createPipeline<number>({ clock })
      .stage('one', async (item) => item, { concurrency: 3 })
      .stage(
        'two',
        async (ms) => {
          await sleep(clock, ms);
          return ms;
        },
        { concurrency: 3 },
      );
    const stream = pipeline.stream([50, 500, 5_000], {
      signal: controller.signal,
      graceMs: 100,
    });
    const reading = drain(stream);
    await clock.advance(10);
    controller.abort(reason);
    expect(await isSettled(reading)).toBe(false);
    await clock.advance(100);
    const { outcomes, thrown } = await reading;
    expect(thrown).toBe(reason);
    expect(outcomes).toMatchObject([
      { ok: true, value: 50 },
      { ok: false, stage: 'two', error: { code: 'E_CANCELLED', cause: reason }, attempts: 1 },
      { ok: false, stage: 'two', gaveUp: 'cancelled' },
    ]);
  });

  test('tells of what was between stages by which stage it did not reach', async () => {
    const controller = new AbortController();
    const pipeline = identity({ concurrency: 2, queue: 2 })
      .stage('stuck', never, { concurrency: 1 })
      .batch(2);
    const stream = pipeline.stream(range(9), { signal: controller.signal });
    const reading = drain(stream);
    await turns(5);
    controller.abort(reason);
    const { outcomes } = await reading;
    expect(outcomes.map((one) => (one.ok ? 'ok' : [one.stage, one.attempts, one.item]))).toEqual([
      ['stuck', 1, 0],
      ['stuck', 0, 1],
      ['stuck', 0, 2],
      ['stuck', 0, 3],
      ['stuck', 0, 4],
    ]);
    const waiting = outcomes[1];
    expect(waiting?.ok === false && waiting.error).toMatchObject({
      code: 'E_CANCELLED',
      cause: reason,
      message: 'item 1 had not come through stage "stuck" when the pipeline was stopped',
    });
  });

  test('gives up an unfinished batch and an item that is being taken apart, with all their items', async () => {
    const controller = new AbortController();
    const source = (async function* () {
      yield* range(5);
      await never();
    })();
    const stream = createPipeline<number>()
      .stage('one', (item) => item)
      .batch(3)
      .stage('parts', async function* (batch) {
        yield batch.length;
        await never();
      })
      .flatten()
      .stream(source, { signal: controller.signal, order: 'completion' });
    const reading = drain(stream);
    await turns(20);
    controller.abort(reason);
    const { outcomes, thrown } = await reading;
    expect(thrown).toBe(reason);
    expect(outcomes.map((one) => [one.ok ? one.value : one.stage, one.inputs])).toEqual([
      [3, [0, 1, 2]],
      ['batch(3)', [3, 4]],
      ['flatten()', [0, 1, 2]],
    ]);
  });

  test('of a run over an array tells what never started, too', async () => {
    const error = await createPipeline<number>()
      .stage(
        'one',
        (item) => {
          if (item === 1) throw failure;
          return item;
        },
        { concurrency: 1 },
      )
      .run(range(5))
      .catch((thrown: unknown) => thrown);
    const { outcomes } = (error as { report: { outcomes: { inputs: number[] }[] } }).report;
    expect(outcomes.map(({ inputs }) => inputs)).toEqual(range(5).map((index) => [index]));
  });

  test('from inside the source is heeded, and a running generator is closed afterwards', async () => {
    const pipelines: Pipeline<number, unknown>[] = [identity(), createPipeline<number>().batch(5)];
    for (const pipeline of pipelines) {
      const controller = new AbortController();
      const closed = vi.fn();
      const source = (function* () {
        try {
          yield 0;
          controller.abort(reason);
          yield 1;
          yield 2;
        } finally {
          closed();
        }
      })();
      const stream = pipeline.stream(source, { signal: controller.signal, order: 'completion' });
      const { outcomes, thrown } = await drain(stream);
      expect(thrown).toBe(reason);
      const inputs = outcomes.flatMap((one) => [...one.inputs]);
      expect(inputs.toSorted((a, b) => a - b)).toEqual([0, 1]);
      expect(stream.statistics.taken).toBe(2);
      expect(closed).toHaveBeenCalledTimes(1);
    }
  });

  test('from inside a stage or a dead-letter function is heeded at once', async () => {
    for (const at of ['stage', 'letter']) {
      const controller = new AbortController();
      const started: number[] = [];
      const stream = createPipeline<number>()
        .stage(
          'one',
          (item) => {
            started.push(item);
            if (item === 2 && at === 'stage') controller.abort(reason);
            if (item === 2) throw failure;
            return item;
          },
          { concurrency: 1, onError: () => controller.abort(reason) },
        )
        .stage('two', (item) => item)
        .stream(range(9), { signal: controller.signal });
      const { outcomes, thrown } = await drain(stream);
      expect(thrown).toBe(reason);
      expect(started).toEqual([0, 1, 2]);
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, false]);
    }
  });

  test('closes what is being taken apart, once', async () => {
    const controller = new AbortController();
    const closed = vi.fn();
    const stream = createPipeline<number>()
      .stage('parts', function* () {
        try {
          for (let part = 0; ; part++) yield part;
        } finally {
          closed();
        }
      })
      .flatten()
      .stage('stuck', never, { concurrency: 2 })
      .stream([1], { signal: controller.signal, order: 'completion' });
    const reading = drain(stream);
    await turns(3);
    expect(closed).not.toHaveBeenCalled();
    controller.abort(reason);
    const { outcomes } = await reading;
    expect(closed).toHaveBeenCalledTimes(1);
    // Two at work, sixteen between the stages, and the rest of the item.
    expect(outcomes).toHaveLength(2 + 16 + 1);
  });

  test('leaves no listener on the signal, on any path', async () => {
    const { signal } = new AbortController();
    const pipeline = createPipeline<number>().stage('one', (item) => {
      if (item === 3) throw failure;
      return item;
    });
    await pipeline.run(range(3), { signal });
    await pipeline.run(range(5), { signal }).catch(() => undefined);
    await drain(pipeline.stream(range(5), { signal }));
    const left = pipeline.stream(range(3), { signal });
    await left.next();
    await left.return();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('leaving a stream early', () => {
  test('closes the source once, stops what is running, and is no error', async () => {
    const source = countedSource(100);
    const aborts: unknown[] = [];
    const stream = createPipeline<number>()
      .stage(
        'one',
        (item, { signal }) => {
          if (item === 0) return item;
          signal.addEventListener('abort', () => aborts.push(item));
          return never();
        },
        { concurrency: 3 },
      )
      .stream(source);
    for await (const outcome of stream) {
      expect(outcome).toMatchObject({ ok: true, value: 0 });
      break;
    }
    expect(source.closed).toBe(1);
    expect(aborts).toEqual([1, 2, 3].slice(0, aborts.length));
    expect(aborts.length).toBeGreaterThan(1);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('before the first read calls nothing, and closes the source', async () => {
    const source = countedSource(100);
    const stage = vi.fn();
    const stream = createPipeline<number>().stage('one', stage).stream(source);
    await stream.return();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(stage).not.toHaveBeenCalled();
    expect(source).toMatchObject({ taken: 0, closed: 1 });
  });

  test('may be done twice, and reads may be asked for at once', async () => {
    const source = countedSource(5);
    const stream = identity().stream(source);
    const reads = await Promise.all(range(3).map(() => stream.next()));
    expect(reads.map(({ value }) => value as unknown)).toMatchObject([
      { value: 0 },
      { value: 1 },
      { value: 2 },
    ]);
    await Promise.all([stream.return(), stream.return()]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(source.closed).toBeLessThanOrEqual(1);
  });

  test('ends a read that still waits, instead of failing it', async () => {
    const stream = createPipeline<number>().stage('stuck', never).stream(range(3));
    const waiting = stream.next();
    await turn();
    await stream.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('waits for the grace', async () => {
    const clock = fakeClock();
    const stream = createPipeline<number>({ clock })
      .stage('one', (item) => (item === 0 ? 0 : never()))
      .stream(range(3), { graceMs: 100 });
    await stream.next();
    const left = stream.return();
    expect(await isSettled(left)).toBe(false);
    await clock.advance(100);
    expect(await left).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);
  });
});

describe('a source that fails', () => {
  function* broken(): Generator<number> {
    yield 0;
    yield 1;
    throw failure;
  }
  async function* brokenLater(): AsyncGenerator<number> {
    yield* broken();
  }

  test.each([
    ['at once', broken],
    ['later', brokenLater],
  ])('%s lets what was taken run to its end, then is told', async (_, source) => {
    const pipeline = identity().batch(2).flatten();
    const error = await pipeline.run(source()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'E_SOURCE',
      cause: failure,
      settled: [{ value: 0 }, { value: 1 }],
    });
    const { outcomes, thrown } = await drain(pipeline.stream(source()));
    expect(outcomes).toMatchObject([{ value: 0 }, { value: 1 }]);
    expect(thrown).toBe(failure);
  });

  test('while it is closed does not hide why the pipeline ended', async () => {
    const source = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: 1 }),
        return: () => {
          throw new Error('cannot close');
        },
      }),
    };
    const stage = (): number => {
      throw failure;
    };
    const pipeline = createPipeline<number>().stage('one', stage);
    await expect(pipeline.run(source)).rejects.toMatchObject({ cause: failure });
  });
});

describe('an item that cannot be taken apart', () => {
  const items = [[1, 2], 5, [3]] as never as number[][];

  test('stops the pipeline unless something else is said', async () => {
    const error = await createPipeline<number[]>()
      .flatten()
      .run(items)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ stage: 'flatten()', cause: { code: 'E_OPTION' }, item: 5 });
  });

  test('is an outcome with skip, and a letter with a dead-letter function', async () => {
    const letters = vi.fn(async () => turns(2));
    const skipped = await createPipeline<number[]>().flatten({ onError: 'skip' }).run(items);
    expect(skipped.outcomes).toMatchObject([
      { value: 1 },
      { value: 2 },
      { ok: false },
      { value: 3 },
    ]);
    const told = await createPipeline<number[]>().flatten({ onError: letters }).run(items);
    expect(told.outcomes).toMatchObject(skipped.outcomes.map(({ ok, inputs }) => ({ ok, inputs })));
    expect(letters).toHaveBeenCalledTimes(1);
  });

  test('to its end has given its first parts', async () => {
    for (const parts of [
      function* () {
        yield 1;
        throw failure;
      },
      async function* () {
        yield 1;
        throw failure;
      },
    ]) {
      const { outcomes } = await createPipeline<number>()
        .stage('parts', (): Iterable<number> | AsyncIterable<number> => parts())
        .flatten({ onError: 'skip' })
        .run([0]);
      expect(outcomes).toMatchObject([
        { ok: true, value: 1, inputs: [0] },
        { ok: false, error: failure, stage: 'flatten()', inputs: [0] },
      ]);
    }
  });

  test('into anything gives nothing, and that is no failure', async () => {
    const { outcomes, statistics } = await createPipeline<number[]>()
      .flatten()
      .run([[], [1], []]);
    expect(outcomes).toMatchObject([{ value: 1, inputs: [1] }]);
    expect(statistics.stages[0]).toMatchObject({ in: 3, out: 1, failed: 0 });
  });
});

describe('a dead-letter function that never answers', () => {
  test('does not keep a stopped pipeline from ending, after the grace', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const pipeline = createPipeline<number>({ clock }).stage(
      'no',
      () => Promise.reject<number>(failure),
      { onError: never, concurrency: 1, queue: 0 },
    );
    const stream = pipeline.stream(range(3), { signal: controller.signal, graceMs: 50 });
    const reading = drain(stream);
    await turns(3);
    controller.abort(reason);
    await clock.advance(49);
    expect(await isSettled(reading)).toBe(false);
    await clock.advance(1);
    const { outcomes, thrown } = await reading;
    expect(outcomes).toMatchObject([{ ok: false, error: failure, stage: 'no' }]);
    expect(thrown).toBe(reason);
  });
});

describe('broken parts', () => {
  test('a limit that throws stops the pipeline with what it threw', async () => {
    const limit: Limit = {
      concurrency: 1,
      inFlight: 0,
      tryAcquire: () => {
        throw failure;
      },
      release: () => undefined,
      whenFree: () => () => undefined,
    };
    const pipeline = identity().stage('limited', (item) => item, { concurrency: limit });
    await expect(pipeline.run(range(3))).rejects.toBe(failure);
  });

  test('a runner that cannot open stops the pipeline before anything is read', async () => {
    const source = countedSource(3);
    const runner: Runner = {
      name: 'broken',
      open: () => {
        throw failure;
      },
    };
    const pipeline = identity().stage('remote', (item) => item, { on: runner });
    await expect(pipeline.run(source)).rejects.toBe(failure);
    expect(source).toMatchObject({ taken: 0, closed: 1 });
  });

  test('a settled pipeline hears nothing of tasks that settle later', async () => {
    const late = deferred<number>();
    const controller = new AbortController();
    const pipeline = createPipeline<number>().stage('late', () => late.promise);
    const running = pipeline.run(range(2), { signal: controller.signal });
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    late.reject(failure);
    await turn();
  });
});
