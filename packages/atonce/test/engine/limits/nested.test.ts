import { describe, expect, test } from 'vitest';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';
import type { Limit } from '../../../src/engine/limits/limit.ts';
import { map } from '../../../src/engine/map.ts';
import { runParallel } from '../../../src/engine/run-parallel.ts';
import { stream } from '../../../src/engine/stream.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { deferred, range, turn, turns } from '../support/turn.ts';
import '../support/unhandled.ts';

/** Counts the tasks at the bottom of nested runs. */
function bottom(): {
  readonly task: (item: number) => Promise<number>;
  readonly most: () => number;
} {
  let running = 0;
  let most = 0;
  return {
    task: async (item) => {
      most = Math.max(most, ++running);
      await turns(item % 3);
      running--;
      return item;
    },
    most: () => most,
  };
}

describe.each([1, 2, 3])('runs nested on the same limit of %i', (slots) => {
  test('come to their end and keep to it at the bottom', async () => {
    const limit = fixedLimit(slots);
    const { task, most } = bottom();
    const values = await map(range(4), () => map(range(5), task, { concurrency: limit }), {
      concurrency: limit,
    });
    expect(values).toEqual(range(4).map(() => range(5)));
    expect(most()).toBeLessThanOrEqual(slots);
    expect(limit.inFlight).toBe(0);
  });

  test('come to their end three levels deep', async () => {
    const limit = fixedLimit(slots);
    const { task, most } = bottom();
    const nested = (depth: number): Promise<unknown[]> =>
      depth === 0
        ? map(range(2), task, { concurrency: limit })
        : map(range(3), () => nested(depth - 1), { concurrency: limit });
    expect((await nested(3)).flat(4)).toHaveLength(54);
    expect(most()).toBeLessThanOrEqual(slots);
    expect(limit.inFlight).toBe(0);
  });

  test('come to their end two at a time inside one task', async () => {
    const limit = fixedLimit(slots);
    const { task, most } = bottom();
    const both = (): Promise<unknown> =>
      Promise.all([
        map(range(7), task, { concurrency: limit }),
        runParallel(range(7), task, { concurrency: limit }),
      ]);
    await map(range(3), both, { concurrency: limit });
    expect(most()).toBeLessThanOrEqual(slots);
    expect(limit.inFlight).toBe(0);
  });

  test('come to their end as streams', async () => {
    const limit = fixedLimit(slots);
    const { task } = bottom();
    const sum = async (): Promise<number> => {
      let total = 0;
      for await (const one of stream(range(6), task, { concurrency: limit }))
        total += one.ok ? one.value : 0;
      return total;
    };
    expect(await map(range(3), sum, { concurrency: limit })).toEqual([15, 15, 15]);
    expect(limit.inFlight).toBe(0);
  });

  test('come to their end when tasks are no promises', async () => {
    const limit = fixedLimit(slots);
    const thenable = (): PromiseLike<unknown> => {
      const inner = map(range(3), (item) => item, { concurrency: limit });
      return { then: (yes, no) => inner.then(yes, no) };
    };
    expect(await map(range(3), thenable, { concurrency: limit })).toHaveLength(3);
    expect(limit.inFlight).toBe(0);
  });

  test('come to their end when the inner ones fail, or time out', async () => {
    const limit = fixedLimit(slots);
    const clock = fakeClock();
    const inner = (): Promise<unknown> =>
      runParallel([1, 2], (item) => (item === 1 ? Promise.reject(new Error('no')) : turn()), {
        concurrency: limit,
      });
    const hanging = (): Promise<unknown> =>
      runParallel([1, 2], () => new Promise(() => undefined), {
        concurrency: limit,
        timeoutMs: 10,
        clock,
      });
    await map(range(3), inner, { concurrency: limit });
    const end = map(range(3), hanging, { concurrency: limit });
    await clock.advance(1_000);
    await end;
    expect(limit.inFlight).toBe(0);
  });

  test('come to their end while another run uses the limit', async () => {
    const limit = fixedLimit(slots);
    const { task, most } = bottom();
    const other = map(range(30), task, { concurrency: limit });
    await map(range(5), () => map(range(4), task, { concurrency: limit }), { concurrency: limit });
    await other;
    expect(most()).toBeLessThanOrEqual(slots);
    expect(limit.inFlight).toBe(0);
  });
});

test('a run on another limit inside a task does not borrow from it', async () => {
  const outer = fixedLimit(1);
  const inner = fixedLimit(2);
  const { task, most } = bottom();
  await map(range(3), () => map(range(6), task, { concurrency: inner }), { concurrency: outer });
  expect(most()).toBe(2);
  expect([outer.inFlight, inner.inFlight]).toEqual([0, 0]);
});

test('a run that a task leaves behind does not go on borrowing its slot', async () => {
  const limit = fixedLimit(1);
  const { task, most } = bottom();
  const behind: Promise<unknown>[] = [];
  const leave = async (): Promise<void> => {
    const later = turn().then(() => map(range(5), task, { concurrency: limit }));
    behind.push(later);
  };
  await map(range(3), leave, { concurrency: limit });
  await Promise.all([...behind, map(range(20), task, { concurrency: limit })]);
  expect(behind).toHaveLength(3);
  expect(most()).toBe(1);
  expect(limit.inFlight).toBe(0);
});

test('a limit that lends nothing is simply the limit', async () => {
  const sound = fixedLimit(2);
  const plain: Limit = {
    get concurrency() {
      return sound.concurrency;
    },
    get inFlight() {
      return sound.inFlight;
    },
    tryAcquire: () => sound.tryAcquire(),
    release: (result, ms) => sound.release(result, ms),
    whenFree: (listener) => sound.whenFree(listener),
  };
  const nested = map([1], () => map(range(3), turn, { concurrency: plain }), {
    concurrency: plain,
  });
  expect(await nested).toHaveLength(1);
  expect(plain.inFlight).toBe(0);
});

test('the nested run sees the limit as it is', async () => {
  const limit = fixedLimit(1);
  const gate = deferred<Limit>();
  await map(
    [1],
    () => {
      gate.resolve(limit.here?.() ?? limit);
    },
    { concurrency: limit },
  );
  const seen = await gate.promise;
  expect([seen.concurrency, seen.inFlight]).toEqual([1, 0]);
});

test('a task that is started when a slot comes free does not borrow from the one that freed it', async () => {
  const [a, b] = [fixedLimit(1), fixedLimit(1)];
  let active = false;
  const busy = async (): Promise<void> => {
    active = true;
    await map([1], () => turns(2), { concurrency: b });
    await turns(10);
    active = false;
  };
  const holder = map([1], busy, { concurrency: a });
  await turn();
  const inner = (): Promise<boolean[]> => map([1], () => active, { concurrency: a });
  expect(await map([1], inner, { concurrency: b })).toEqual([[false]]);
  await holder;
});

test('runs by way of another limit and back come to their end', async () => {
  const [a, b] = [fixedLimit(2), fixedLimit(1)];
  const last = (): Promise<number[]> => turn().then(() => map([1], (n) => n, { concurrency: a }));
  const middle = (): Promise<number[][]> => turn().then(() => map([1], last, { concurrency: b }));
  const runs = range(6).map(() => map([1], middle, { concurrency: a }));
  const end = await Promise.race([Promise.all(runs), turns(1_000).then(() => 'a deadlock')]);
  expect(end).toEqual(range(6).map(() => [[[1]]]));
});
