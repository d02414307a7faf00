import { describe, expect, test, vi } from 'vitest';
import { availableCores } from '../../../src/engine/available-cores.ts';
import { createPools } from '../../../src/engine/pools/create-pools.ts';
import { concurrencyTiers } from '../../../src/engine/pools/tiers.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { deferred, isSettled, never, range, turn, turns } from '../support/turn.ts';
import '../support/unhandled.ts';

/** Counts how many of its tasks run at once. */
function counting(): { readonly task: () => Promise<void>; readonly most: () => number } {
  let running = 0;
  let most = 0;
  return {
    task: async () => {
      most = Math.max(most, ++running);
      await turns(2);
      running--;
    },
    most: () => most,
  };
}

describe('the usual pools', () => {
  test('are there without being named', () => {
    const pools = createPools();
    expect(pools.names).toEqual(['io', 'cpu', 'api', 'db']);
    const sizes = pools.names.map((name) => pools.stats[name].concurrency);
    expect(sizes).toEqual([64, availableCores(), 32, 8]);
  });

  test('take other sizes, and others stand beside them', () => {
    const pools = createPools({ api: concurrencyTiers.low, browser: 2, io: undefined });
    expect(pools.names).toEqual(['io', 'cpu', 'api', 'db', 'browser']);
    expect(pools.limit('api').concurrency).toBe(16);
    expect(pools.stats.browser).toEqual({
      concurrency: 2,
      inFlight: 0,
      queued: 0,
      succeeded: 0,
      failed: 0,
      cancelled: 0,
    });
  });
});

test('the tiers are 8, 16, 32, 64, 128 and 256', () => {
  expect(Object.values(concurrencyTiers)).toEqual([8, 16, 32, 64, 128, 256]);
});

test.each([1, 2, 7, 64])('a pool of %i uses all of its slots and never more', async (size) => {
  const pools = createPools({ api: size });
  const { task, most } = counting();
  await Promise.all(range(size * 4).map(() => pools.run('api', task)));
  expect(most()).toBe(size);
  expect(pools.stats.api).toMatchObject({ inFlight: 0, queued: 0, succeeded: size * 4 });
});

describe('a call gives', () => {
  const pools = createPools({ api: 2 });
  const failure = new Error('no');

  test.each<[string, () => unknown]>([
    ['what its task returns', () => 'value'],
    ['what its promise resolves to', async () => 'value'],
    [
      'what another thenable resolves to',
      () => ({ then: (yes: (value: string) => void) => yes('value') }),
    ],
  ])('%s', async (_, task) => {
    expect(await pools.run('api', task)).toBe('value');
  });

  test.each([0, '', false, null, undefined])('%s as an ordinary value', async (value) => {
    expect(await pools.run('api', () => value)).toBe(value);
  });

  test.each<[string, () => unknown]>([
    [
      'what its task throws',
      () => {
        throw failure;
      },
    ],
    ['what its promise rejects with', () => Promise.reject(failure)],
    [
      'what looking for `then` throws',
      () => ({
        get then() {
          throw failure;
        },
      }),
    ],
  ])('%s', async (_, task) => {
    await expect(pools.run('api', task)).rejects.toBe(failure);
    expect(pools.stats.api.inFlight).toBe(0);
  });

  test('a rejection for a thrown undefined', async () => {
    const thrown = vi.fn();
    await pools
      .run('api', () => {
        throw undefined;
      })
      .catch(thrown);
    expect(thrown.mock.calls).toEqual([[undefined]]);
  });
});

test('calls start in the order of their arrival, also where the queue is long and options differ', async () => {
  const pools = createPools({ api: 3 });
  const started: number[] = [];
  const { signal } = new AbortController();
  await Promise.all(
    range(5_000).map((index) => {
      const task = async (): Promise<void> => {
        started.push(index);
        if (index % 7 === 0) await turn();
      };
      return index % 3 === 0 ? pools.run('api', task, { signal }) : pools.run('api', task);
    }),
  );
  expect(started).toEqual(range(5_000));
});

test('every call of a long queue gets its own value or error', async () => {
  const pools = createPools({ api: 4 });
  const outcomes = await Promise.allSettled(
    range(5_000).map((index) =>
      pools.run('api', async () => {
        if (index % 5 === 0) throw index;
        return index;
      }),
    ),
  );
  const expected = range(5_000).map((index) =>
    index % 5 === 0 ? { status: 'rejected', reason: index } : { status: 'fulfilled', value: index },
  );
  expect(outcomes).toEqual(expected);
  expect(pools.stats.api).toMatchObject({ succeeded: 4_000, failed: 1_000, queued: 0 });
});

test('tasks that end at once leave the event loop its turns', async () => {
  const pools = createPools({ api: 1 });
  const gate = deferred();
  const first = pools.run('api', () => gate.promise);
  let turnsSeen = 0;
  let done = false;
  const spin = (): void => {
    const end = performance.now() + 0.5;
    while (performance.now() < end);
  };
  const rest = Promise.all(range(200).map(() => pools.run('api', spin)));
  const watch = (async () => {
    for (; !done; turnsSeen++) await turn();
  })();
  gate.resolve();
  await Promise.all([first, rest]);
  done = true;
  await watch;
  // 200 tasks take 100 ms, and a turn is due every 10.
  expect(turnsSeen).toBeGreaterThan(3);
});

describe('a call with a signal', () => {
  const reason = new Error('stop');

  test('is not run when it is aborted before', async () => {
    const pools = createPools({ api: 2 });
    const task = vi.fn();
    const signal = AbortSignal.abort(reason);
    await expect(pools.run('api', task, { signal })).rejects.toBe(reason);
    expect(task).not.toHaveBeenCalled();
    expect(pools.stats.api.cancelled).toBe(1);
  });

  test('leaves the queue at once when it is aborted there', async () => {
    const pools = createPools({ api: 1 });
    const gate = deferred();
    const first = pools.run('api', () => gate.promise);
    const controller = new AbortController();
    const task = vi.fn();
    const waiting = pools.run('api', task, { signal: controller.signal });
    const behind = pools.run('api', () => 'behind');
    expect(pools.stats.api.queued).toBe(2);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(pools.stats.api.queued).toBe(1);
    gate.resolve();
    await first;
    expect(await behind).toBe('behind');
    expect(task).not.toHaveBeenCalled();
  });

  test('is given up while it runs, and its slot is free', async () => {
    const pools = createPools({ api: 1 });
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const running = pools.run(
      'api',
      ({ signal }) => {
        seen = signal;
        return never();
      },
      { signal: controller.signal },
    );
    const behind = pools.run('api', () => 'behind');
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(seen?.reason).toBe(reason);
    expect(await behind).toBe('behind');
    expect(pools.stats.api).toMatchObject({ inFlight: 0, cancelled: 1, succeeded: 1 });
  });

  test('that its own task aborts ends once', async () => {
    const pools = createPools({ api: 1 });
    const controller = new AbortController();
    const call = pools.run(
      'api',
      async () => {
        controller.abort(reason);
        throw new Error('later');
      },
      { signal: controller.signal },
    );
    await expect(call).rejects.toBe(reason);
    expect(pools.stats.api).toMatchObject({ inFlight: 0, cancelled: 1, failed: 0 });
  });

  test('leaves no listener behind, however it ends', async () => {
    const pools = createPools({ api: 2 });
    const controller = new AbortController();
    const { signal } = controller;
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const options = { signal };
    await Promise.allSettled([
      pools.run('api', () => 1, options),
      pools.run('api', async () => 1, options),
      pools.run('api', () => Promise.reject(new Error('no')), options),
    ]);
    expect(added.mock.calls.length).toBeGreaterThan(0);
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });

  test('in great numbers can be aborted in any order', async () => {
    const pools = createPools({ api: 1 });
    const gate = deferred();
    const first = pools.run('api', () => gate.promise);
    const controllers = range(20_000).map(() => new AbortController());
    const calls = controllers.map(({ signal }, index) => pools.run('api', () => index, { signal }));
    const settled = Promise.allSettled(calls);
    for (const [index, controller] of controllers.entries())
      if (index % 10 !== 0) controller.abort(reason);
    expect(pools.stats.api.queued).toBe(2_000);
    gate.resolve();
    await first;
    const values = (await settled).flatMap((one) =>
      one.status === 'fulfilled' ? [one.value] : [],
    );
    expect(values).toEqual(range(2_000).map((index) => index * 10));
  });
});

describe('a call with a time limit', () => {
  test('fails when its task takes longer, frees its slot and aborts its signal', async () => {
    const clock = fakeClock();
    const pools = createPools({ api: 1 }, { clock });
    let seen: AbortSignal | undefined;
    const late = pools.run(
      'api',
      ({ signal }) => {
        seen = signal;
        return never();
      },
      { timeoutMs: 50 },
    );
    const failed = expect(late).rejects.toMatchObject({ code: 'E_TIMEOUT', timeoutMs: 50 });
    const behind = pools.run('api', () => 'behind');
    await clock.advance(49);
    expect(await isSettled(behind)).toBe(false);
    await clock.advance(1);
    await failed;
    expect(await behind).toBe('behind');
    expect(seen?.aborted).toBe(true);
    expect(pools.stats.api).toMatchObject({ failed: 1, inFlight: 0 });
  });

  test('is not late while it waits, and leaves no timer behind', async () => {
    const clock = fakeClock();
    const pools = createPools({ api: 1 }, { clock });
    const gate = deferred();
    const first = pools.run('api', () => gate.promise);
    const waiting = pools.run('api', () => turn().then(() => 'value'), { timeoutMs: 10 });
    await clock.advance(1_000);
    gate.resolve();
    await first;
    expect(await waiting).toBe('value');
    expect(clock.pending).toBe(0);
  });
});

test('a task that never settles keeps its slot and no other', async () => {
  const pools = createPools({ api: 2 });
  void pools.run('api', never);
  expect(await Promise.all(range(10).map((n) => pools.run('api', async () => n)))).toEqual(
    range(10),
  );
  expect(pools.stats.api).toMatchObject({ inFlight: 1, queued: 0 });
});

describe('priorities', () => {
  async function startOrder(
    priorities: readonly ('critical' | 'normal' | 'background')[],
  ): Promise<string[]> {
    const pools = createPools({ api: 1 });
    const gate = deferred();
    const first = pools.run('api', () => gate.promise);
    const order: string[] = [];
    const calls = priorities.map((priority, index) =>
      pools.run('api', async () => void order.push(`${priority} ${index}`), { priority }),
    );
    gate.resolve();
    await Promise.all([first, ...calls]);
    return order;
  }

  test('the more urgent start first, equals in their order', async () => {
    const order = await startOrder(['background', 'normal', 'critical', 'normal', 'critical']);
    expect(order).toEqual(['critical 2', 'critical 4', 'normal 1', 'normal 3', 'background 0']);
  });

  test('nobody waits for ever behind what is more urgent', async () => {
    const priorities = ['background' as const, ...Array<'critical'>(100).fill('critical')];
    const order = await startOrder(priorities);
    expect(order.indexOf('background 0')).toBeLessThan(20);
  });
});

describe('what is refused', () => {
  test.each<[unknown, string]>([
    [{ api: 0 }, 'Expected `api` to be an integer from 1'],
    [{ api: 1.5 }, 'Expected `api` to be an integer from 1'],
    [{ api: '8' }, 'Expected `api` to be an integer from 1'],
    [{ api: {} }, 'Expected `api` to be an integer from 1'],
    [{ total: 0 }, 'Expected `total` to be an integer from 1'],
    [[], 'Expected `sizes` to be an object'],
    [null, 'Expected `sizes` to be an object'],
  ])('sizes %j', (sizes, message) => {
    expect(() => createPools(sizes as never)).toThrow(message);
  });

  test('an unknown option', () => {
    expect(() => createPools({}, { clok: 1 } as never)).toThrow('did you mean `clock`?');
  });

  test('a clock that is none', () => {
    expect(() => createPools({}, { clock: 5 } as never)).toThrow('Expected `clock` to be a Clock');
  });

  test('an unknown pool, naming the nearest', async () => {
    const pools = createPools({ browser: 2 });
    const run = pools.run('browsr' as never, () => 1);
    await expect(run).rejects.toMatchObject({ code: 'E_OPTION', option: 'name' });
    await expect(run).rejects.toThrow('no pool `browsr`; did you mean `browser`?');
    expect(() => pools.limit('x1234' as never)).toThrow('known: io, cpu, api, db, browser');
    await expect(pools.drain('dbb' as never)).rejects.toThrow('did you mean `db`?');
  });

  test.each<[unknown, unknown, string]>([
    ['task', undefined, 'Expected `task` to be a function'],
    [() => 1, { timeoutMs: 0 }, 'Expected `timeoutMs`'],
    [() => 1, { signal: {} }, 'Expected `signal`'],
    [() => 1, { priority: 'hihg' }, 'did you mean `high`?'],
    [() => 1, { prority: 'high' }, 'did you mean `priority`?'],
  ])('a call %# with a bad part', async (task, options, message) => {
    const pools = createPools();
    await expect(pools.run('api', task as never, options as never)).rejects.toThrow(message);
    expect(pools.stats.api).toMatchObject({ inFlight: 0, queued: 0 });
  });
});
