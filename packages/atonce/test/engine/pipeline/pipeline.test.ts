import { describe, expect, test, vi } from 'vitest';
import { createPipeline, type Pipeline } from '../../../src/engine/pipeline/create-pipeline.ts';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { countingLimit } from '../support/counting-limit.ts';
import { deferred, isSettled, range, turn, turns } from '../support/turn.ts';
import { countedSource, drain, identity, sleep, untilSettled } from './support.ts';
import '../support/unhandled.ts';

const failure = new Error('no');

describe('what a stage is told', () => {
  test('the value, and a context with index, attempt and signal', async () => {
    const seen: unknown[] = [];
    await createPipeline<string>()
      .stage('one', (text) => text.length)
      .stage('two', (size, { index, attempt, signal }) =>
        seen.push([size, index, attempt, signal.aborted]),
      )
      .run(['a', 'bb']);
    expect(seen).toEqual([
      [1, 0, 1, false],
      [2, 1, 1, false],
    ]);
  });

  test('every value is an ordinary value, undefined and errors too', async () => {
    const values = [undefined, null, 0, '', false, NaN, failure];
    const { values: same } = await createPipeline<unknown>()
      .stage('one', async (value) => value)
      .stage('two', (value) => value)
      .run(values);
    expect(same).toEqual(values);
  });

  test('no items give an empty report', async () => {
    const { outcomes, values, statistics } = await identity().batch(3).run([]);
    expect({ outcomes, values }).toEqual({ outcomes: [], values: [] });
    expect(statistics.taken).toBe(0);
  });
});

describe('a builder', () => {
  test('gives a new pipeline for each stage and leaves the old one as it is', async () => {
    const base = createPipeline<number>().stage('double', (item) => item * 2);
    const plus = base.stage('plus', (item) => item + 1);
    const minus = base.stage('minus', (item) => item - 1);
    expect((await base.run([1, 2])).values).toEqual([2, 4]);
    expect((await plus.run([1, 2])).values).toEqual([3, 5]);
    expect((await minus.run([1, 2])).values).toEqual([1, 3]);
  });

  test('can be run many times, also at once', async () => {
    const pipeline = identity({ concurrency: 2 }).batch(3).flatten();
    const reports = await Promise.all(range(5).map((run) => pipeline.run(range(run * 2))));
    expect(reports.map(({ values }) => values)).toEqual(range(5).map((run) => range(run * 2)));
  });

  test('names batches and flattening by itself, each differently', async () => {
    const { statistics } = await identity().batch(2).flatten().batch(2).flatten().run(range(4));
    expect(statistics.stages.map(({ name, kind }) => [name, kind])).toEqual([
      ['same', 'stage'],
      ['batch(2)', 'batch'],
      ['flatten()', 'flatten'],
      ['batch(2) 2', 'batch'],
      ['flatten() 2', 'flatten'],
    ]);
  });
});

describe('failures', () => {
  const failing = (item: number): number => {
    if (item === 1) throw failure;
    return item;
  };

  test('stop the pipeline unless something else is said, and the error holds the report', async () => {
    const pipeline = createPipeline<number>()
      .stage('first', (item) => item)
      .stage('second', failing, { concurrency: 1 });
    const error = await pipeline.run(range(3)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'StageError',
      code: 'E_STAGE',
      stage: 'second',
      item: 1,
      inputs: [1],
      cause: failure,
      message: 'stage "second" failed on item 1',
    });
    const { report } = error as { report: { outcomes: unknown[]; values: number[] } };
    expect(report.outcomes).toMatchObject([
      { ok: true, value: 0 },
      { ok: false, stage: 'second', error: failure, gaveUp: 'no-retry', attempts: 1 },
      { ok: false, error: { code: 'E_CANCELLED', cause: failure }, gaveUp: 'cancelled' },
    ]);
    expect(report.values).toEqual([0]);
  });

  test('with skip become outcomes that name the stage and what it was given', async () => {
    const { outcomes, values } = await createPipeline<number>()
      .stage('tenfold', (item) => item * 10)
      .stage('strict', (item) => failing(item / 10), { onError: 'skip' })
      .run(range(3));
    expect(values).toEqual([0, 2]);
    expect(outcomes[1]).toMatchObject({
      ok: false,
      stage: 'strict',
      item: 10,
      inputs: [1],
      error: failure,
    });
  });

  test('of undefined are failures', async () => {
    const { outcomes } = await createPipeline<number>()
      .stage('odd', () => Promise.reject<number>(undefined), { onError: 'skip' })
      .run([1]);
    expect(outcomes).toMatchObject([{ ok: false, error: undefined, stage: 'odd' }]);
    const stopped = await identity()
      .stage('odd', (): number => {
        throw undefined;
      })
      .run([1])
      .catch((reason: unknown) => reason);
    expect(stopped).toMatchObject({ code: 'E_STAGE', stage: 'odd', cause: undefined });
  });

  test('are tried again by the law of retries, and only then dealt with', async () => {
    const clock = fakeClock();
    const letters = vi.fn();
    const calls: number[] = [];
    const pipeline = createPipeline<number>({ clock })
      .stage(
        'flaky',
        (item, { attempt }) => {
          calls.push(item);
          if (item === 1 || attempt < 2) throw failure;
          return item;
        },
        {
          retry: { attempts: 3, backoff: 100 },
          onError: letters,
          concurrency: 1,
          queue: 0,
          ordered: true,
        },
      )
      .stage('next', (item) => item);
    const { outcomes } = await untilSettled(clock, pipeline.run(range(3)));
    expect(calls.toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1, 1, 2, 2]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(letters).toHaveBeenCalledTimes(1);
    expect(letters.mock.calls[0]?.[0]).toMatchObject({
      item: 1,
      attempts: 3,
      gaveUp: 'attempts-exhausted',
      stage: 'flaky',
    });
  });

  test('by time limit free the slot, abort the signal and are told as such', async () => {
    const clock = fakeClock();
    const reasons: unknown[] = [];
    const pipeline = createPipeline<number>({ clock }).stage(
      'slow',
      async (ms, { signal }) => {
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        await sleep(clock, ms);
        return ms;
      },
      { timeoutMs: 50, concurrency: 1, onError: 'skip' },
    );
    const { outcomes } = await untilSettled(clock, pipeline.run([10, 1_000, 20]));
    expect(outcomes).toMatchObject([
      { ok: true },
      { ok: false, error: { code: 'E_TIMEOUT' }, durationMs: 50 },
      { ok: true },
    ]);
    expect(reasons).toHaveLength(1);
  });

  test('of a batch tell every item that was in it', async () => {
    const { outcomes } = await identity()
      .batch(3)
      .stage('all', () => Promise.reject<number>(failure), { onError: 'skip' })
      .run(range(4));
    expect(outcomes.map(({ inputs }) => inputs)).toEqual([[0, 1, 2], [3]]);
    const refused = await identity()
      .batch(3)
      .stage('all', () => {
        throw failure;
      })
      .run(range(3))
      .catch((reason: unknown) => reason);
    expect(refused).toMatchObject({ message: 'stage "all" failed on a batch of 3 items' });
  });
});

describe('a dead-letter function', () => {
  const dead = { onError: vi.fn() };

  test('is told each failure; the outcome is given all the same', async () => {
    const { outcomes } = await createPipeline<number>()
      .stage('no', () => Promise.reject<number>(failure), dead)
      .run(range(2));
    expect(dead.onError.mock.calls.map(([letter]) => letter)).toEqual(outcomes);
  });

  test('is waited for, and holds a place in its stage meanwhile', async () => {
    const received = deferred();
    const started: number[] = [];
    const running = createPipeline<number>()
      .stage(
        'no',
        (item) => {
          started.push(item);
          throw failure;
        },
        { onError: () => received.promise, concurrency: 2, queue: 1 },
      )
      .run(range(9));
    await turns(5);
    expect(started).toEqual(range(3));
    expect(await isSettled(running)).toBe(false);
    received.resolve();
    expect((await running).outcomes).toHaveLength(9);
  });

  test.each([
    [
      'throws',
      (): void => {
        throw new Error('full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('full'))],
  ])('that %s stops the pipeline, and the failure it was told is not lost', async (_, onError) => {
    const stream = createPipeline<number>()
      .stage('no', () => Promise.reject<number>(failure), { onError, concurrency: 1 })
      .stream(range(3));
    const { outcomes, thrown } = await drain(stream);
    expect(thrown).toMatchObject({ message: 'full' });
    expect(outcomes[0]).toMatchObject({ ok: false, error: failure });
  });

  test('that answers when all else is done is still in the report', async () => {
    const { outcomes, values } = await createPipeline<number>()
      .stage('one', (item) => item, { concurrency: 1, queue: 0 })
      .stage(
        'two',
        (item) => {
          if (item === 0) throw failure;
          return item;
        },
        { concurrency: 1, queue: 0, onError: () => turns(1) },
      )
      .run(range(2));
    expect(outcomes).toMatchObject([{ ok: false, stage: 'two' }, { value: 1 }]);
    expect(values).toEqual([1]);
  });

  test('that refuses lets nothing more start, not even in the slot that this frees', async () => {
    const started: number[] = [];
    const running = createPipeline<number>()
      .stage(
        'no',
        (item) => {
          started.push(item);
          throw failure;
        },
        { onError: () => Promise.reject(new Error('full')), concurrency: 1, queue: 0 },
      )
      .run(range(3));
    await expect(running).rejects.toThrow('full');
    expect(started).toEqual([0]);
  });
});

describe('order', () => {
  test('an unordered stage hands on what is done; an ordered one waits for what came before', async () => {
    for (const ordered of [false, true]) {
      const slow = deferred<number>();
      const seen: number[] = [];
      const running = createPipeline<number>()
        .stage('one', (item) => (item === 0 ? slow.promise : item), { ordered, concurrency: 4 })
        .stage('two', (item) => seen.push(item))
        .run(range(3));
      await turns(5);
      expect(seen).toEqual(ordered ? [] : [1, 2]);
      slow.resolve(0);
      await running;
      expect(seen).toEqual(ordered ? [0, 1, 2] : [1, 2, 0]);
    }
  });

  test('an ordered stage is not held up by an item that failed', async () => {
    const slow = deferred<number>();
    const seen: number[] = [];
    const running = createPipeline<number>()
      .stage('one', (item) => (item === 0 ? slow.promise : item), {
        ordered: true,
        onError: 'skip',
        concurrency: 4,
      })
      .stage('two', (item) => seen.push(item))
      .run(range(3));
    await turns(5);
    slow.reject(failure);
    await running;
    expect(seen).toEqual([1, 2]);
  });

  test('a stream in completion order gives what is done at once, in input order it waits', async () => {
    const slow = deferred<number>();
    const pipeline = createPipeline<number>().stage('one', (item) =>
      item === 0 ? slow.promise : item,
    );
    const fast = pipeline.stream(range(3), { order: 'completion' });
    expect((await fast.next()).value).toMatchObject({ inputs: [1] });
    expect((await fast.next()).value).toMatchObject({ inputs: [2] });
    const ordered = pipeline.stream(range(3));
    const first = ordered.next();
    expect(await isSettled(first)).toBe(false);
    slow.resolve(0);
    expect((await first).value).toMatchObject({ inputs: [0] });
    expect((await fast.next()).value).toMatchObject({ inputs: [0] });
    expect(await fast.next()).toEqual({ done: true, value: undefined });
    await ordered.return();
  });

  test('a retry is not locked out by what waits behind it', async () => {
    const clock = fakeClock();
    const pipeline = createPipeline<number>({ clock })
      .stage(
        'flaky',
        (item, { attempt }) => {
          if (item === 0 && attempt === 1) throw failure;
          return item;
        },
        { concurrency: 1, queue: 1, ordered: true, retry: { attempts: 2, backoff: 1_000 } },
      )
      .stage('next', (item) => item, { concurrency: 1 });
    const { values } = await untilSettled(clock, pipeline.run(range(10)));
    expect(values).toEqual(range(10));
  });
});

describe('back-pressure', () => {
  test('nothing is read and nothing is called before the first read of a stream', async () => {
    const source = countedSource(3);
    const stage = vi.fn();
    const stream = createPipeline<number>().stage('one', stage).stream(source);
    await turn();
    expect(source.taken).toBe(0);
    await stream.next();
    expect(stage).toHaveBeenCalled();
    await stream.return();
  });

  test('a reader that stops reading stops the source, and goes on where it was', async () => {
    const source = countedSource(1_000);
    const pipeline = identity({ concurrency: 2, queue: 3 }).stage('last', (item) => item, {
      concurrency: 1,
      queue: 2,
    });
    const stream = pipeline.stream(source, { highWaterMark: 4 });
    expect((await stream.next()).value).toMatchObject({ inputs: [0] });
    await turns(10);
    // Read, waiting for the reader, and in the two stages with their queue.
    expect(source.taken).toBeLessThanOrEqual(1 + 4 + (2 + 3) + 1);
    const { outcomes } = await drain(stream);
    expect(outcomes.map(({ inputs }) => inputs[0])).toEqual(range(1_000).slice(1));
  });

  test('a slow stage fills the queues before it and then nothing more is taken', async () => {
    const gate = deferred();
    const source = countedSource(1_000);
    const running = identity({ concurrency: 2, queue: 3 })
      .stage(
        'stuck',
        async (item) => {
          await gate.promise;
          return item;
        },
        { concurrency: 4 },
      )
      .run(source);
    await turns(20);
    expect(source.taken).toBe(2 + 3 + 4);
    gate.resolve();
    expect((await running).values).toHaveLength(1_000);
  });

  test('flattening reads the parts only as there is room', async () => {
    let made = 0;
    const parts = function* (): Generator<number> {
      for (;;) yield made++;
    };
    const gate = deferred();
    const stream = createPipeline<number>()
      .stage('parts', () => parts())
      .flatten({ queue: 2 })
      .stage(
        'stuck',
        async (part) => {
          await gate.promise;
          return part;
        },
        { concurrency: 3 },
      )
      .stream([1]);
    const first = stream.next();
    await turns(20);
    expect(made).toBe(2 + 3);
    gate.resolve();
    expect((await first).value).toMatchObject({ ok: true, value: 0, inputs: [0] });
    await stream.return();
  });

  test('an endless item flattened at the end is held up by the reader', async () => {
    let made = 0;
    const stream = createPipeline<number>()
      .stage('parts', function* () {
        for (;;) yield made++;
      })
      .flatten()
      .stream([1], { highWaterMark: 3 });
    expect((await stream.next()).value).toMatchObject({ value: 0 });
    expect(made).toBeLessThanOrEqual(5);
    await stream.return();
  });

  test('a batch larger than everything that may wait still fills', async () => {
    const pipeline = identity({ concurrency: 1, queue: 0 }).batch(50);
    const { outcomes } = await drain(pipeline.stream(range(120), { highWaterMark: 1 }));
    expect(outcomes.map(({ inputs }) => inputs.length)).toEqual([50, 50, 20]);
  });

  test('failures that wait for an item in an unfinished batch do not keep it from being finished', async () => {
    const pipeline = createPipeline<number>()
      .stage(
        'most fail',
        (item) => {
          if (item % 10 !== 0) throw failure;
          return item;
        },
        { onError: 'skip', concurrency: 2, queue: 1 },
      )
      .batch(3);
    const { outcomes } = await drain(pipeline.stream(range(60), { highWaterMark: 2 }));
    const batches = outcomes.flatMap((one) => (one.ok ? [one.value] : []));
    expect(batches).toEqual([
      [0, 10, 20],
      [30, 40, 50],
    ]);
    expect(outcomes).toHaveLength(2 + 54);
  });

  test('a held source goes on also when what moved last went into an unfinished batch', async () => {
    const pipeline = createPipeline<number>()
      .stage(
        'odd ones fail',
        (item) => {
          if (item % 2 === 1) throw failure;
          return item;
        },
        { onError: 'skip' },
      )
      .stage('later', async (item) => item, { concurrency: 1 })
      .batch(3);
    const { outcomes } = await drain(pipeline.stream(range(12), { highWaterMark: 1 }));
    const batches = outcomes.flatMap((one) => (one.ok ? [one.value] : []));
    expect(batches).toEqual([
      [0, 2, 4],
      [6, 8, 10],
    ]);
    expect(outcomes).toHaveLength(2 + 6);
  });
});

describe('limits', () => {
  test('a limit shared by two stages bounds them together', async () => {
    const limit = countingLimit(3);
    const stage = async (item: number): Promise<number> => {
      await turn();
      return item;
    };
    const { values } = await createPipeline<number>()
      .stage('one', stage, { concurrency: limit })
      .stage('two', stage, { concurrency: limit })
      .run(range(20));
    expect(values).toEqual(range(20));
    expect(limit.most).toBe(3);
    expect(limit.inFlight).toBe(0);
  });

  test('a stage may run a pipeline of its own on the limit it holds', async () => {
    const limit = fixedLimit(1);
    const inner = identity({ concurrency: limit });
    const { values } = await createPipeline<number>()
      .stage('outer', async (item) => (await inner.run(range(item))).values.length, {
        concurrency: limit,
      })
      .run(range(4));
    expect(values).toEqual(range(4));
    expect(limit.inFlight).toBe(0);
  });

  test('an unlimited limit is bounded all the same', async () => {
    const source = countedSource(100_000);
    const gate = deferred();
    const running = createPipeline<number>()
      .stage('wide', () => gate.promise, { concurrency: fixedLimit(Infinity), queue: 4 })
      .run(source);
    await turns(3);
    expect(source.taken).toBe(4_096 + 4);
    gate.resolve();
    expect((await running).outcomes).toHaveLength(100_000);
  });

  test('a rate limit of a stage spreads its starts', async () => {
    const clock = fakeClock();
    const starts: number[] = [];
    const pipeline = createPipeline<number>({ clock }).stage(
      'polite',
      () => starts.push(clock.now()),
      {
        rateLimit: { limit: 2, intervalMs: 100 },
      },
    );
    await untilSettled(clock, pipeline.run(range(5)));
    expect(starts).toEqual([0, 0, 100, 100, 200]);
  });
});

/** A stage that settles before it returns. */
function settling(options: { concurrency: number }): Pipeline<number, number> {
  return createPipeline<number>().stage('settle', (item) => item, options);
}

test.each([
  ['many at once', settling({ concurrency: 64 }), 64],
  ['one at once', settling({ concurrency: 1 }), 1],
  ['batches before them', createPipeline<number>().batch(1).flatten({ queue: 1 }), 1],
])('stages that never wait leave the event loop its turns, with %s', async (_, before, slots) => {
  let isTurned = false;
  setImmediate(() => {
    isTurned = true;
  });
  let seen: boolean | undefined;
  const options = { concurrency: slots, queue: 1 };
  await before
    .stage(
      'two',
      (item) => {
        const end = performance.now() + 0.1;
        while (performance.now() < end);
        return item;
      },
      options,
    )
    .stage(
      'three',
      (item) => {
        if (item === 999) seen = isTurned;
      },
      options,
    )
    .run(range(1_000));
  expect(seen).toBe(true);
});

test('a hundred stages of a thousand items do not exhaust the stack', async () => {
  let pipeline = createPipeline<number>();
  for (const stage of range(100)) pipeline = pipeline.stage(`s${stage}`, (item) => item + 1);
  const { values } = await pipeline.run(range(1_000));
  expect(values).toEqual(range(1_000).map((item) => item + 100));
});
