import { describe, expect, test } from 'vitest';
import { createPipeline } from '../../../src/engine/pipeline/create-pipeline.ts';
import type { PipelineReport } from '../../../src/engine/pipeline/report.ts';
import { seededRandom } from '../../../src/kernel/random.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { range } from '../support/turn.ts';
import { drain, sleep, untilSettled } from './support.ts';
import '../support/unhandled.ts';

/** Stages in simulated time: name, milliseconds an item, slots. */
type Timed = readonly [name: string, ms: (item: number) => number, concurrency: number];

interface Shape {
  readonly stages: readonly Timed[];
  readonly items?: Iterable<number>;
  readonly ordered?: boolean;
}

async function simulate({
  stages,
  items = range(1_000),
  ordered = false,
}: Shape): Promise<PipelineReport<number>> {
  const clock = fakeClock();
  let pipeline = createPipeline<number>({ clock });
  for (const [name, ms, concurrency] of stages)
    pipeline = pipeline.stage(
      name,
      async (item) => {
        await sleep(clock, ms(item));
        return item;
      },
      { concurrency, ordered },
    );
  return untilSettled(clock, pipeline.run(items));
}

describe('three stages of 10, 20 and 10 ms with 4, 8 and 4 slots over 1,000 items', () => {
  // 4 slots of 10 ms, 8 of 20, 4 of 10: each stage passes 0.4 items in a millisecond.
  const idealMs = 1_000 / 0.4;
  const stages: Timed[] = [
    ['read', () => 10, 4],
    ['parse', () => 20, 8],
    ['save', () => 10, 4],
  ];

  test.each([false, true])('take at most 3 %% longer than ideal (ordered: %s)', async (ordered) => {
    const { values, statistics } = await simulate({ stages, ordered });
    expect(values).toEqual(range(1_000));
    expect(idealMs / statistics.elapsedMs).toBeGreaterThanOrEqual(0.97);
    // Nothing can be faster than the stages after one another for the last item.
    expect(statistics.elapsedMs).toBe(idealMs + 20 + 10);
  });

  test('stay near the ideal when durations vary by half either way', async () => {
    const random = seededRandom(20_251_121);
    const varied = stages.map(([name, ms, slots]): Timed => [
      name,
      (item) => ms(item) * (0.5 + random()),
      slots,
    ]);
    const { statistics } = await simulate({ stages: varied });
    expect(idealMs / statistics.elapsedMs).toBeGreaterThanOrEqual(0.95);
  });

  test('a slot of time is work, waiting or blocked, and the three add up to the time there was', async () => {
    const { statistics } = await simulate({ stages });
    for (const { busyMs, waitingMs, blockedMs, meanMs, p95Ms, name } of statistics.stages) {
      const ms = name === 'parse' ? 20 : 10;
      expect(busyMs).toBeCloseTo(idealMs, 6);
      expect(meanMs).toBeCloseTo(ms, 6);
      expect(Math.abs(p95Ms - ms)).toBeLessThanOrEqual(ms * 0.01);
      // Each stage is over as soon as its last item is.
      const over = { read: 2_500, parse: 2_520, save: 2_530 }[name] as number;
      expect(busyMs + waitingMs + blockedMs).toBeCloseTo(over, 6);
    }
  });
});

describe('the bottleneck', () => {
  test('is the slowest stage; the one before it is blocked, the one behind it waits', async () => {
    const { statistics } = await simulate({
      stages: [
        ['fast', () => 1, 1],
        ['slow', () => 10, 2],
        ['quick', () => 2, 1],
      ],
      items: range(500),
    });
    expect(statistics.bottleneck).toMatchObject({ kind: 'stage', name: 'slow' });
    expect(statistics.bottleneck?.share).toBeGreaterThan(0.98);
    const [fast, slow, quick] = statistics.stages;
    expect(fast?.blockedMs).toBeGreaterThan(1_900);
    expect(slow?.busyMs).toBeGreaterThan(2_450);
    expect(quick?.waitingMs).toBeGreaterThan(1_400);
  });

  test('is the source when the stages wait for items', async () => {
    const clock = fakeClock();
    const source = (async function* () {
      for (const item of range(50)) {
        await sleep(clock, 10);
        yield item;
      }
    })();
    const pipeline = createPipeline<number>({ clock }).stage('fast', () => sleep(clock, 1));
    const { statistics } = await untilSettled(clock, pipeline.run(source));
    expect(statistics.bottleneck).toMatchObject({ kind: 'source', name: 'source' });
  });

  test('is the reader when outcomes are not read', async () => {
    const clock = fakeClock();
    const pipeline = createPipeline<number>({ clock }).stage('fast', () => sleep(clock, 1), {
      concurrency: 2,
    });
    const outcomes = pipeline.stream(range(50));
    const reading = (async () => {
      for await (const outcome of outcomes) await sleep(clock, outcome.ok ? 20 : 0);
    })();
    await untilSettled(clock, reading);
    expect(outcomes.statistics.bottleneck).toMatchObject({ kind: 'reader', name: 'reader' });
  });

  test('is not named before any time has passed', () => {
    const pipeline = createPipeline<number>({ clock: fakeClock() }).stage('one', () => 1);
    expect(pipeline.stream([1]).statistics).toMatchObject({
      elapsedMs: 0,
      taken: 0,
      bottleneck: undefined,
    });
  });
});

test('a pipeline is much faster than its stages one after another', async () => {
  const clock = fakeClock();
  const step = async (item: number): Promise<number> => {
    await sleep(clock, 10);
    return item;
  };
  const pipeline = createPipeline<number>({ clock })
    .stage('one', step, { concurrency: 1 })
    .stage('two', step, { concurrency: 1 })
    .stage('three', step, { concurrency: 1 });
  const { statistics } = await untilSettled(clock, pipeline.run(range(100)));
  // Sequentially 3,000.
  expect(statistics.elapsedMs).toBe(1_020);
});

test('an item flows on while slower ones before it are still at work', async () => {
  const clock = fakeClock();
  const second: [number, number][] = [];
  const pipeline = createPipeline<number>({ clock })
    .stage('one', async (ms) => {
      await sleep(clock, ms);
      return ms;
    })
    .stage('two', (ms) => second.push([ms, clock.now()]));
  await untilSettled(clock, pipeline.run([100, 1, 50]));
  expect(second).toEqual([
    [1, 1],
    [50, 50],
    [100, 100],
  ]);
});

test('a batch goes on when it has waited long enough, and the next one waits anew', async () => {
  const clock = fakeClock();
  const batches: [number, number[]][] = [];
  const arrivals = [0, 5, 30, 31, 32, 90];
  const pipeline = createPipeline<number>({ clock })
    .stage('arrive', async (at) => {
      await sleep(clock, at);
      return at;
    })
    .batch(3, { maxWaitMs: 20 })
    .stage('note', (batch) => batches.push([clock.now(), batch]));
  await untilSettled(clock, pipeline.run(arrivals));
  expect(batches).toEqual([
    [20, [0, 5]],
    [32, [30, 31, 32]],
    [90, [90]],
  ]);
  expect(clock.pending).toBe(0);
});

test('ten minutes of random trouble in simulated time lose nothing and leave no timer', async () => {
  for (const seed of range(10)) {
    const clock = fakeClock();
    const random = seededRandom(seed);
    const trouble = async (item: number, { signal }: { signal: AbortSignal }): Promise<number> => {
      const draw = random();
      if (draw < 0.05) throw new Error('trouble');
      if (draw < 0.07) throw undefined;
      await sleep(clock, draw < 0.1 ? 60_000 : 2_000 * random());
      return signal.aborted ? NaN : item;
    };
    const retry = { attempts: 2, backoff: 500 };
    const options = { timeoutMs: 5_000, retry, onError: 'skip' as const };
    const pipeline = createPipeline<number>({ clock, random })
      .stage('one', trouble, { ...options, concurrency: 3, queue: 1 })
      .stage('two', trouble, { ...options, concurrency: 5, queue: 2, ordered: true })
      .batch(4, { maxWaitMs: 1_000 })
      .stage('three', async (batch) => batch, { concurrency: 2, onError: 'skip' })
      .flatten()
      .stage('four', trouble, { ...options, concurrency: 1, onError: () => sleep(clock, 10) });
    const controller = new AbortController();
    clock.after(600_000, () => controller.abort());
    const stream = pipeline.stream(range(100_000), { signal: controller.signal, graceMs: 100 });
    const { outcomes, thrown } = await untilSettled(clock, drain(stream));
    expect(thrown, `seed ${seed}`).toBe(controller.signal.reason);
    const ended = new Set(outcomes.flatMap((one) => [...one.inputs]));
    expect(ended.size, `seed ${seed}`).toBe(stream.statistics.taken);
    expect(stream.statistics.elapsedMs, `seed ${seed}`).toBeLessThanOrEqual(600_100);
    for (const { name, in: taken, out, failed, running, queued } of stream.statistics.stages) {
      const facts = { seed, name, running, queued };
      expect(facts).toEqual({ seed, name, running: 0, queued: 0 });
      if (!name.includes('(')) expect(taken, `${name}, seed ${seed}`).toBe(out + failed);
    }
    // Those of tasks that go on although they were given up.
    await clock.advance(60_000);
    expect(clock.pending, `seed ${seed}`).toBe(0);
  }
});
