import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cache } from '../../../src/engine/cache/cache.ts';
import { createCache } from '../../../src/engine/cache/create-cache.ts';
import { fakeClock, type FakeClock } from '../../../src/testing/fake-clock.ts';
import { type Deferred, deferred, turn } from '../support/turn.ts';
import '../support/unhandled.ts';
import {
  CacheModel,
  type End,
  MAX_ENTRIES,
  NEGATIVE_MS,
  STALE_MS,
  TTL_MS,
} from './support/cache-model.ts';

/** The cache under test, with what it was asked and has answered. */
class Real {
  readonly clock: FakeClock = fakeClock();
  readonly cache: Cache;
  readonly ends: (End | undefined)[] = [];
  readonly controllers: (AbortController | undefined)[] = [];
  readonly computations: Deferred<unknown>[] = [];

  constructor() {
    this.cache = createCache({
      ttlMs: TTL_MS,
      staleWhileErrorMs: STALE_MS,
      negativeTtlMs: NEGATIVE_MS,
      maxEntries: MAX_ENTRIES,
      jitter: 0,
      earlyRefresh: 0,
      clock: this.clock,
    });
  }

  get(key: string, tags: readonly string[], controller: AbortController | undefined): void {
    const place = this.ends.length;
    this.ends.push(undefined);
    this.controllers.push(controller);
    const compute = (): Promise<unknown> => {
      const computation = deferred<unknown>();
      this.computations.push(computation);
      return computation.promise;
    };
    const end = (result: End): void => {
      if (this.ends[place] !== undefined) throw new Error('a call ended twice');
      this.ends[place] = result;
    };
    this.cache.getOrCompute(key, compute, { tags, signal: controller?.signal }).then(
      (value) => end({ ok: true, value }),
      (error: unknown) => end({ ok: false, error }),
    );
  }
}

type Step = fc.AsyncCommand<CacheModel, Real>;

/** A step of both; afterwards they must agree on everything that can be seen. */
function step(
  name: string,
  run: (model: CacheModel, real: Real) => unknown,
  check: (model: CacheModel) => boolean = () => true,
): Step {
  return {
    toString: () => name,
    check,
    async run(model, real) {
      await run(model, real);
      await turn();
      expect(real.ends).toEqual(model.calls.map(({ end }) => end));
      expect(real.computations).toHaveLength(model.computations);
      expect(real.cache.stats()).toMatchObject({
        entries: model.entries.length,
        inFlight: model.current.size,
        computations: model.computations,
      });
    },
  };
}

const key = fc.constantFrom('a', 'b', 'c', 'd', '__proto__');
const tags = fc.subarray(['x', 'y', 'z']);
const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;

const steps = [
  fc.record({ key, tags, mayLeave: fc.boolean() }).map(({ key: name, tags: own, mayLeave }) =>
    step(`get ${name} [${own.join()}]${mayLeave ? ' with signal' : ''}`, (model, real) => {
      model.get(name, own, mayLeave);
      real.get(name, own, mayLeave ? new AbortController() : undefined);
    }),
  ),
  fc.record({ at: fc.nat(), ok: fc.boolean() }).map(({ at, ok }) =>
    step(
      `computation ${at} ${ok ? 'succeeds' : 'fails'}`,
      (model, real) => {
        const flight = pick(model.running, at);
        const text = `${flight.key} ${flight.number}`;
        model.end(flight, ok ? { ok, value: text } : { ok, error: text });
        const computation = real.computations[flight.number];
        if (ok) computation?.resolve(text);
        else computation?.reject(text);
      },
      (model) => model.running.length > 0,
    ),
  ),
  fc.nat().map((at) =>
    step(
      `waiter ${at} leaves`,
      (model, real) => {
        const place = at % model.calls.length;
        const controller = real.controllers[place];
        if (controller === undefined) return;
        model.leave(pick(model.calls, place));
        controller.abort('left');
      },
      (model) => model.calls.length > 0,
    ),
  ),
  fc.integer({ min: 1, max: 60 }).map((ms) =>
    step(`${ms} ms pass`, async (model, real) => {
      model.now += ms;
      await real.clock.advance(ms);
    }),
  ),
  fc.record({ key, tags }).map(({ key: name, tags: own }) =>
    step(`set ${name} [${own.join()}]`, async (model, real) => {
      await real.cache.set(name, model.set(name, own), { tags: own });
    }),
  ),
  key.map((name) =>
    step(`delete ${name}`, async (model, real) => {
      model.forget(name);
      await real.cache.delete(name);
    }),
  ),
  fc.record({ key, tag: fc.constantFrom('x', 'y', 'z') }).map(({ key: name, tag }) =>
    step(`invalidate ${name} and ${tag}`, async (model, real) => {
      model.forget(name);
      model.invalidate(tag);
      await real.cache.invalidate({ keys: [name], tags: [tag] });
    }),
  ),
  key.map((name) =>
    step(`look at ${name}`, async (model, real) => {
      expect(await real.cache.get(name)).toBe(model.fresh(name));
    }),
  ),
  fc.constant(
    step('clear', async (model, real) => {
      model.clear();
      await real.cache.clear();
    }),
  ),
];

/** As often as each kind is worth having: many gets and ends, few clears. */
const frequent = [...steps.slice(0, 4), ...steps.slice(0, 4), ...steps.slice(0, 2)];

test('the cache does exactly what the model does, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.commands([...steps, ...frequent], { maxCommands: 80 }),
      async (commands) => {
        await fc.asyncModelRun(() => ({ model: new CacheModel(), real: new Real() }), commands);
      },
    ),
    { numRuns: 300 },
  );
});
