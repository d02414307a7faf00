import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPipeline, type Pipeline } from '../../../src/engine/pipeline/create-pipeline.ts';
import type { PipelineOutcome } from '../../../src/engine/pipeline/outcome.ts';
import type { StageOptions } from '../../../src/engine/pipeline/stage-options.ts';
import { range, turns } from '../support/turn.ts';
import { countedSource, drain } from './support.ts';
import '../support/unhandled.ts';

/** What a stage does with an item: how many turns it takes, and whether it fails. */
interface Fate {
  readonly delay: number;
  readonly fails: boolean;
}

interface StageSpec {
  readonly concurrency: number;
  readonly queue: number;
  readonly ordered: boolean;
  readonly letters: boolean;
}

const STAGES = 3;
const fate: fc.Arbitrary<Fate> = fc.record({
  delay: fc.nat({ max: 3 }),
  fails: fc.integer({ min: 0, max: 4 }).map((draw) => draw === 0),
});
const fates = fc.array(fc.array(fate, { minLength: STAGES, maxLength: STAGES }), { maxLength: 20 });
const spec: fc.Arbitrary<StageSpec> = fc.record({
  concurrency: fc.integer({ min: 1, max: 4 }),
  queue: fc.nat({ max: 3 }),
  ordered: fc.boolean(),
  letters: fc.boolean(),
});
const specs = fc.array(spec, { minLength: STAGES, maxLength: STAGES });
const order = fc.constantFrom('input' as const, 'completion' as const);
const runs = { numRuns: 150 };

/** An item on its way: its position, and the stages that it has passed. */
interface Mark {
  readonly index: number;
  readonly passed: readonly number[];
}

class Failed extends Error {
  readonly at: string;
  constructor(at: string) {
    super('failed');
    this.at = at;
  }
}

function act(
  all: readonly (readonly Fate[])[],
  stage: number,
): (mark: Mark) => Mark | Promise<Mark> {
  return (mark) => {
    const { delay, fails } = (all[mark.index] as readonly Fate[])[stage] as Fate;
    const end = (): Mark => {
      if (fails) throw new Failed(`${mark.index}/${stage}`);
      return { ...mark, passed: [...mark.passed, stage] };
    };
    return delay === 0 ? end() : turns(delay - 1).then(end);
  };
}

/** What one item comes to when the stages are simply called one after another. */
function expected(one: readonly Fate[], index: number): unknown {
  const failing = one.findIndex(({ fails }) => fails);
  const inputs = [index];
  if (failing < 0) return { ok: true, inputs, value: { index, passed: range(one.length) } };
  const item = { index, passed: range(failing) };
  return { ok: false, inputs, stage: `s${failing}`, item, at: `${index}/${failing}` };
}

/** What of an outcome does not depend on time. */
function told(outcome: PipelineOutcome<unknown>): unknown {
  const { ok, inputs } = outcome;
  if (outcome.ok) return { ok, inputs, value: outcome.value };
  const { stage, item, error } = outcome;
  return { ok, inputs, stage, item, at: (error as Failed).at };
}

/** Sees each call of a stage begin, and gives back what is to be called at its end. */
type Watch = (stage: number, mark: Mark) => unknown;

/** A pipeline of the specified stages. */
function build(
  all: readonly (readonly Fate[])[],
  stages: readonly StageSpec[],
  watch: Watch | null = null,
): Pipeline<Mark, Mark> {
  let pipeline: Pipeline<Mark, Mark> = createPipeline<Mark>();
  for (const [stage, { letters, ...options }] of stages.entries()) {
    const task = act(all, stage);
    const onError: StageOptions<Mark>['onError'] = letters ? () => turns(1) : 'skip';
    const watched = async (mark: Mark): Promise<Mark> => {
      const ended = watch?.(stage, mark);
      try {
        return await task(mark);
      } finally {
        if (typeof ended === 'function') ended();
      }
    };
    // Unwatched, stages that take no turn settle before they return.
    pipeline = pipeline.stage(`s${stage}`, watch === null ? task : watched, {
      ...options,
      onError,
    });
  }
  return pipeline;
}

function marks(count: number): Mark[] {
  return range(count).map((index) => ({ index, passed: [] }));
}

describe('a pipeline is the composition of its stages', () => {
  test('run gives for each item, in input order, what calling the stages one after another gives', async () => {
    await fc.assert(
      fc.asyncProperty(fates, specs, async (all, stages) => {
        const report = await build(all, stages).run(marks(all.length));
        expect(report.outcomes.map(told)).toEqual(all.map(expected));
        expect(report.values).toEqual(
          report.outcomes.flatMap((one) => (one.ok ? [one.value] : [])),
        );
      }),
      runs,
    );
  });

  test('stream gives the same, in input order or as a permutation, however slowly it is read', async () => {
    const pauses = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fates, specs),
        fc.tuple(order, fc.integer({ min: 1, max: 4 })),
        pauses,
        async ([all, stages], [inOrder, highWaterMark], waits) => {
          const outcomes: PipelineOutcome<Mark>[] = [];
          const options = { order: inOrder, highWaterMark };
          for await (const one of build(all, stages).stream(marks(all.length), options)) {
            outcomes.push(one);
            await turns(waits[outcomes.length % waits.length] as number);
          }
          if (inOrder === 'completion')
            outcomes.sort((a, b) => (a.inputs[0] as number) - (b.inputs[0] as number));
          expect(outcomes.map(told)).toEqual(all.map(expected));
        },
      ),
      runs,
    );
  });

  test('the statistics count each item once in every stage that it reached', async () => {
    await fc.assert(
      fc.asyncProperty(fates, specs, async (all, stages) => {
        const { statistics } = await build(all, stages).run(marks(all.length));
        let left = all;
        for (const [
          stage,
          { in: taken, out, failed, running, queued },
        ] of statistics.stages.entries()) {
          expect(taken).toBe(left.length);
          left = left.filter((one) => one[stage]?.fails === false);
          expect({ out, failed }).toEqual({ out: left.length, failed: taken - left.length });
          expect({ running, queued }).toEqual({ running: 0, queued: 0 });
        }
      }),
      runs,
    );
  });
});

describe('bounds', () => {
  test('a stage never has more at work than its concurrency, nor more waiting behind it than its queue', async () => {
    await fc.assert(
      fc.asyncProperty(fates, specs, order, async (all, stages, inOrder) => {
        const atWork = stages.map(() => 0);
        const watch = (stage: number): (() => void) => {
          atWork[stage]!++;
          for (const [place, { concurrency, queue }] of stages.entries()) {
            expect(atWork[place]).toBeLessThanOrEqual(concurrency);
            const { running = 0, queued = 0 } = outcomes.statistics.stages[place] ?? {};
            // Results without room stay in their slots.
            expect(running + queued).toBeLessThanOrEqual(concurrency + queue);
          }
          return () => atWork[stage]!--;
        };
        const outcomes = build(all, stages, watch).stream(marks(all.length), { order: inOrder });
        const seen = await drain(outcomes);
        expect(seen.thrown).toBeUndefined();
        expect(seen.outcomes).toHaveLength(all.length);
        expect(seen.outcomes.filter((one) => !one.ok && !(one.error instanceof Failed))).toEqual(
          [],
        );
      }),
      runs,
    );
  });

  test('counted from outside, too: what a stage has begun and the next has not is within slots and queue', async () => {
    await fc.assert(
      fc.asyncProperty(fates, specs, async (all, stages) => {
        const good = all.map((one) => one.map((step) => ({ ...step, fails: false })));
        const started = stages.map(() => 0);
        let most = stages.map(() => 0);
        const watch = (stage: number): void => {
          started[stage]!++;
          most = most.map((value, place) =>
            place + 1 < started.length
              ? Math.max(value, (started[place] as number) - (started[place + 1] as number))
              : value,
          );
        };
        await build(good, stages, watch).run(marks(good.length));
        for (const [place, { concurrency, queue }] of stages.slice(0, -1).entries())
          // The next stage takes an item before it calls its function.
          expect(most[place]).toBeLessThanOrEqual(concurrency + queue + 1);
      }),
      runs,
    );
  });

  test('an ordered stage hands results on in the order in which their items came', async () => {
    await fc.assert(
      fc.asyncProperty(fates, specs, async (all, stages) => {
        const ordered = stages.map((stage) => ({ ...stage, ordered: true }));
        const seen: number[][] = stages.map(() => []);
        await build(all, ordered, (stage, { index }) => void seen[stage]?.push(index)).run(
          marks(all.length),
        );
        for (const indexes of seen) expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
      }),
      runs,
    );
  });
});

describe('batches and flattening', () => {
  const size = fc.integer({ min: 1, max: 6 });

  test('every item ends exactly once, whatever fails, whatever the order, however little may wait', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fates, specs, size),
        fc.tuple(order, fc.integer({ min: 1, max: 3 })),
        async ([all, stages, count], [inOrder, highWaterMark]) => {
          const [first, second] = stages as [StageSpec, StageSpec];
          const pipeline = createPipeline<Mark>()
            .stage('one', act(all, 0), { ...plain(first), onError: 'skip' })
            .batch(count)
            .stage(
              'many',
              async (batch) => {
                for (const mark of batch) await act(all, 1)(mark);
                return batch.length;
              },
              { ...plain(second), onError: 'skip' },
            );
          const { outcomes, thrown } = await drain(
            pipeline.stream(marks(all.length), { order: inOrder, highWaterMark }),
          );
          expect(thrown).toBeUndefined();
          const inputs = outcomes.flatMap((one) => [...one.inputs]);
          expect(inputs.toSorted((a, b) => a - b)).toEqual(range(all.length));
          for (const one of outcomes) if (one.ok) expect(one.value).toBe(one.inputs.length);
        },
      ),
      runs,
    );
  });

  test('with ordered stages a batch holds what a loop would put into it, and flattening gives the order back', async () => {
    await fc.assert(
      fc.asyncProperty(fates, specs, size, async (all, stages, count) => {
        const good = all.map((one) => one.map((step) => ({ ...step, fails: false })));
        const [first, second] = stages as [StageSpec, StageSpec];
        const batches: number[][] = [];
        const report = await createPipeline<Mark>()
          .stage('one', act(good, 0), { ...plain(first), ordered: true })
          .batch(count)
          .stage(
            'note',
            (batch) => {
              batches.push(batch.map(({ index }) => index));
              return batch;
            },
            { concurrency: 1 },
          )
          .flatten()
          .stage('two', act(good, 1), plain(second))
          .run(marks(good.length));
        expect(report.values.map(({ index }) => index)).toEqual(range(good.length));
        expect(batches.flat()).toEqual(range(good.length));
        expect(batches.slice(0, -1).every((batch) => batch.length === count)).toBe(true);
      }),
      runs,
    );
  });

  test('parts stand in the output where their item stood, whatever order they ended in', async () => {
    const sizes = fc.array(fc.array(fc.nat({ max: 3 }), { maxLength: 5 }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(sizes, spec, fc.integer({ min: 1, max: 3 }), async (all, stage, mark) => {
        const pipeline = createPipeline<number[]>()
          .stage('wait', async (parts) => {
            await turns(parts.length % 3);
            return parts.map((delay, part) => ({ delay, part, of: parts }));
          })
          .flatten()
          .stage(
            'part',
            async (one) => {
              await turns(one.delay);
              return one;
            },
            plain(stage),
          );
        const { outcomes } = await drain(pipeline.stream(all, { highWaterMark: mark }));
        const parts = outcomes.map((one) => (one.ok ? [one.inputs[0], one.value.part] : []));
        expect(parts).toEqual(all.flatMap((one, index) => one.map((_, part) => [index, part])));
      }),
      runs,
    );
  });
});

describe('stopping', () => {
  test('after an abort at any time every item taken has ended exactly once, and the source is closed once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fates, specs),
        fc.tuple(order, fc.nat({ max: 8 }), fc.boolean()),
        async ([all, stages], [inOrder, after, early]) => {
          const controller = new AbortController();
          const reason = new Error('enough');
          const source = countedSource(all.length);
          const items = mapped(source, (index): Mark => ({ index, passed: [] }));
          const stream = build(all, stages).stream(items, {
            order: inOrder,
            signal: controller.signal,
          });
          const reading = drain(stream);
          if (!early) await turns(after);
          controller.abort(reason);
          const { outcomes, thrown } = await reading;
          const inputs = outcomes.flatMap((one) => [...one.inputs]);
          expect(inputs.toSorted((a, b) => a - b)).toEqual(range(source.taken));
          const isCut = thrown !== undefined;
          if (isCut) expect(thrown).toBe(reason);
          else expect(source.taken).toBe(all.length);
          // What has come to its end by itself must not be closed on top.
          expect(source.closed).toBeLessThanOrEqual(1);
          if (source.taken < all.length) expect(source.closed).toBe(1);
        },
      ),
      runs,
    );
  });

  test('the first failure of a stage that stops ends all: what is there is told, and the source is closed', async () => {
    await fc.assert(
      fc.asyncProperty(fates, specs, async (all, stages) => {
        let pipeline: Pipeline<Mark, Mark> = createPipeline<Mark>();
        for (const [stage, options] of stages.entries())
          pipeline = pipeline.stage(`s${stage}`, act(all, stage), plain(options));
        const source = countedSource(all.length);
        const items = mapped(source, (index): Mark => ({ index, passed: [] }));
        const { outcomes, thrown } = await drain(pipeline.stream(items));
        const inputs = outcomes.flatMap((one) => [...one.inputs]);
        expect(inputs).toEqual(range(source.taken));
        const failures = outcomes.filter((one) => !one.ok && one.gaveUp !== 'cancelled');
        if (all.every((one) => one.every(({ fails }) => !fails))) expect(thrown).toBeUndefined();
        else expect(thrown).toMatchObject({ code: 'E_STAGE', report: null });
        expect(failures).toHaveLength(thrown === undefined ? 0 : 1);
        expect(source.closed).toBe(source.taken < all.length ? 1 : source.closed);
      }),
      runs,
    );
  });
});

function plain({ concurrency, queue, ordered }: StageSpec): Omit<StageSpec, 'letters'> {
  return { concurrency, queue, ordered };
}

/** A lazy view of an iterable that passes its closing on. */
function mapped<A, B>(items: Iterable<A>, change: (item: A) => B): Iterable<B> {
  return {
    [Symbol.iterator]() {
      const iterator = items[Symbol.iterator]();
      return {
        next() {
          const step = iterator.next();
          return step.done === true ? step : { done: false as const, value: change(step.value) };
        },
        return() {
          iterator.return?.();
          return { done: true as const, value: undefined };
        },
      };
    },
  };
}
