import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';
import type { Limit } from '../../../src/engine/limits/limit.ts';
import { createPipeline, type Pipeline } from '../../../src/engine/pipeline/create-pipeline.ts';
import { seededRandom } from '../../../src/kernel/random.ts';
import { range, turns } from '../support/turn.ts';
import { countedSource, drain } from './support.ts';
import '../support/unhandled.ts';

/** One station of a pipeline of any shape. */
type Spec =
  | { readonly kind: 'batch'; readonly size: number; readonly waits: boolean }
  | { readonly kind: 'flatten'; readonly queue: number }
  | {
      readonly kind: 'stage';
      readonly seed: number;
      readonly failing: number;
      readonly most: number;
      readonly slots: number | 'shared';
      readonly queue: number;
      readonly ordered: boolean;
      readonly letters: boolean;
      readonly retries: boolean;
    };

const stage: fc.Arbitrary<Spec> = fc.record({
  kind: fc.constant('stage' as const),
  seed: fc.nat({ max: 1_000 }),
  failing: fc.constantFrom(0, 0.15, 0.4),
  /** Turns an item takes at most; none at all settle before they return. */
  most: fc.nat({ max: 3 }),
  slots: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant('shared' as const)),
  queue: fc.nat({ max: 3 }),
  ordered: fc.boolean(),
  letters: fc.boolean(),
  retries: fc.boolean(),
});
const batch: fc.Arbitrary<Spec> = fc.record({
  kind: fc.constant('batch' as const),
  size: fc.integer({ min: 1, max: 7 }),
  waits: fc.boolean(),
});
const flatten: fc.Arbitrary<Spec> = fc.record({
  kind: fc.constant('flatten' as const),
  queue: fc.integer({ min: 1, max: 3 }),
});
const shape = fc.array(fc.oneof({ weight: 3, arbitrary: stage }, batch, flatten), {
  minLength: 1,
  maxLength: 6,
});

function act(spec: Spec & { readonly kind: 'stage' }): (item: unknown) => unknown {
  const random = seededRandom(spec.seed);
  return (item) => {
    const fails = random() < spec.failing;
    const delay = Math.floor(random() * (spec.most + 1));
    const end = (): unknown => {
      if (fails) throw undefined;
      return item;
    };
    return spec.most === 0 ? end() : turns(delay).then(end);
  };
}

function build(specs: readonly Spec[], shared: Limit): Pipeline<number, unknown> {
  let pipeline: Pipeline<number, unknown> = createPipeline<number>();
  for (const [at, spec] of specs.entries()) {
    if (spec.kind === 'batch') {
      pipeline = pipeline.batch(spec.size, spec.waits ? { maxWaitMs: 1 } : {});
    } else if (spec.kind === 'flatten') {
      // Numbers cannot be taken apart; that is an outcome like others.
      const parts = pipeline as Pipeline<number, Iterable<unknown>>;
      pipeline = parts.flatten({ queue: spec.queue, onError: 'skip' });
    } else {
      const { slots, queue, ordered, letters, retries } = spec;
      pipeline = pipeline.stage(`s${at}`, act(spec), {
        concurrency: slots === 'shared' ? shared : slots,
        queue,
        ordered,
        onError: letters ? () => turns(1) : 'skip',
        ...(retries ? { retry: { attempts: 2, backoff: 0 } } : {}),
      });
    }
  }
  return pipeline;
}

const reading = fc.record({
  order: fc.constantFrom('input' as const, 'completion' as const),
  highWaterMark: fc.integer({ min: 1, max: 4 }),
});

test('a pipeline of any shape comes to its end, with an end for every item and nothing left over', async () => {
  await fc.assert(
    fc.asyncProperty(
      shape,
      fc.tuple(fc.nat({ max: 60 }), fc.integer({ min: 1, max: 3 })),
      reading,
      fc.option(fc.nat({ max: 30 })),
      async (specs, [count, slots], options, abortAfter) => {
        const shared = fixedLimit(slots);
        const source = countedSource(count);
        const controller = new AbortController();
        const { signal } = controller;
        const stream = build(specs, shared).stream(source, { ...options, signal });
        const drained = drain(stream);
        if (abortAfter !== null) {
          await turns(abortAfter);
          controller.abort();
        }
        const { outcomes, thrown } = await drained;
        const ended = new Set(outcomes.flatMap((one) => [...one.inputs]));
        const isFlattened = specs.some(({ kind }) => kind === 'flatten');
        expect([...ended].toSorted((a, b) => a - b)).toEqual(range(source.taken));
        if (!isFlattened)
          expect(outcomes.flatMap((one) => [...one.inputs])).toHaveLength(ended.size);
        expect(source.closed).toBeLessThanOrEqual(1);
        if (thrown === undefined) expect(source.taken).toBe(count);
        else expect(thrown).toBe(signal.reason);
        expect(shared.inFlight).toBe(0);
        for (const { running, queued } of stream.statistics.stages)
          expect({ running, queued }).toEqual({ running: 0, queued: 0 });
      },
    ),
    { numRuns: 300 },
  );
});
