import fc from 'fast-check';
import { test } from 'vitest';
import { createPools } from '../../../src/engine/pools/create-pools.ts';
import { fuzzDelays } from '../../../src/testing/fuzz-delays.ts';
import { turns } from '../support/turn.ts';
import '../support/unhandled.ts';

const names = ['a', 'b'] as const;

const callArbitrary = fc.record({
  name: fc.constantFrom(...names),
  kind: fc.constantFrom('value', 'plain', 'throw', 'reject', 'nested', 'across'),
  priority: fc.option(fc.constantFrom('high' as const, 'normal' as const, 'background' as const)),
  abortAfter: fc.option(fc.integer({ min: 0, max: 6 })),
});

test('whatever is called and aborted, every call ends once, and every slot is given back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        a: fc.integer({ min: 1, max: 4 }),
        b: fc.integer({ min: 1, max: 4 }),
        total: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
        calls: fc.array(callArbitrary, { maxLength: 40 }),
      }),
      async ({ seed, a, b, total, calls }) => {
        const pools = createPools({ a, b, total });
        const delay = fuzzDelays(seed, { maxTurns: 2 });
        const running = { a: 0, b: 0 };
        // A call that is given up frees its slot while its task goes on.
        const isBounded = calls.every(({ abortAfter }) => abortAfter === null);
        const widths = isBounded ? { a, b } : { a: Infinity, b: Infinity };
        const work = async (name: 'a' | 'b'): Promise<void> => {
          running[name]++;
          if (running[name] > widths[name]) throw new RangeError(`${running[name]} in ${name}`);
          await delay();
          running[name]--;
        };
        const taskOf = ({ name, kind }: (typeof calls)[number]) => {
          const other = name === 'a' ? 'b' : 'a';
          return async (): Promise<unknown> => {
            if (kind === 'plain') return kind;
            if (kind === 'nested') return delay().then(() => pools.run(name, () => work(name)));
            // Only one way, or two tasks could wait for each other's pools.
            if (kind === 'across' && name === 'a') return pools.run(other, () => work(other));
            await work(name);
            if (kind === 'throw' || kind === 'reject') throw kind;
            return kind;
          };
        };
        const outcomes = await Promise.allSettled(
          calls.map((call) => {
            const controller = new AbortController();
            const { priority, abortAfter } = call;
            if (abortAfter !== null) void turns(abortAfter).then(() => controller.abort('aborted'));
            if (priority === null && abortAfter === null) return pools.run(call.name, taskOf(call));
            const signal = abortAfter === null ? undefined : controller.signal;
            return pools.run(call.name, taskOf(call), { priority: priority ?? undefined, signal });
          }),
        );
        await pools.drain();
        for (const [index, outcome] of outcomes.entries()) {
          const { kind, abortAfter } = calls[index] as (typeof calls)[number];
          const failed = outcome.status === 'rejected';
          if (failed && outcome.reason instanceof RangeError) throw outcome.reason;
          const mayFail = kind === 'throw' || kind === 'reject' || abortAfter !== null;
          if (failed && !mayFail)
            throw new Error(`call ${index} failed: ${String(outcome.reason)}`);
        }
        const left = names.map((name) => pools.stats[name]);
        if (left.some(({ inFlight, queued }) => inFlight + queued > 0))
          throw new Error(`left: ${JSON.stringify(left)}`);
      },
    ),
    { numRuns: 150 },
  );
});
