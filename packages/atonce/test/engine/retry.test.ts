import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { map } from '../../src/engine/map.ts';
import { type Backoff, type RetryOptions, retryPolicy } from '../../src/engine/retry.ts';
import { batchMap } from '../../src/engine/batch-map.ts';
import { runParallel } from '../../src/engine/run-parallel.ts';
import { stream } from '../../src/engine/stream.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { countingLimit } from './support/counting-limit.ts';
import { range } from './support/turn.ts';
import './support/unhandled.ts';

const failure = new Error('again');
const fail = async (): Promise<never> => {
  throw failure;
};

/** The waits before the second, third, ... attempt. */
function waits(backoff: Backoff | undefined, count: number, random = () => 0.5): number[] {
  const options = { attempts: Infinity, ...(backoff === undefined ? {} : { backoff }) };
  const policy = retryPolicy(options, random);
  return range(count).map((index) => {
    const answer = policy(index + 1, failure);
    return answer.again ? answer.delayMs : -1;
  });
}

describe('the wait before each next attempt', () => {
  test.each<[string, Backoff | undefined, number[]]>([
    ['one number', 30, [30, 30, 30, 30]],
    ['zero', 0, [0, 0, 0, 0]],
    ['a list, whose last entry repeats', [10, 20, 5], [10, 20, 5, 5]],
    ['growing without jitter', { jitter: 'none' }, [200, 400, 800, 1600]],
    ['growing with half of full jitter', {}, [100, 200, 400, 800]],
    ['by default', undefined, [100, 200, 400, 800]],
    [
      'growing to a ceiling',
      { initialMs: 10, factor: 3, maxMs: 50, jitter: 'none' },
      [10, 30, 50, 50],
    ],
    ['a factor of one', { initialMs: 10, factor: 1, jitter: 'none' }, [10, 10, 10, 10]],
    ['a function of the failed attempts', (failed) => failed * 7, [7, 14, 21, 28]],
  ])('%s', (_, backoff, expected) => {
    expect(waits(backoff, 4)).toEqual(expected);
  });

  test('a function is told the error', () => {
    const backoff = vi.fn(() => 1);
    waits(backoff, 2);
    expect(backoff.mock.calls).toEqual([
      [1, failure],
      [2, failure],
    ]);
  });

  test('a list that is changed later does not change it', () => {
    const list = [10, 20];
    const policy = retryPolicy({ attempts: 5, backoff: list }, Math.random);
    list[0] = 99;
    expect(policy(1, failure)).toEqual({ again: true, delayMs: 10 });
  });

  test('full jitter stays between 0 and its ceiling', () => {
    const growing = fc.record({
      initialMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      maxMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      factor: fc.double({ min: 1, max: 1e3, noNaN: true }),
    });
    fc.assert(
      fc.property(growing, fc.integer(), fc.integer({ min: 1, max: 5_000 }), (backoff, seed, n) => {
        const jittered = retryPolicy({ attempts: Infinity, backoff }, seededRandom(seed));
        const plain = retryPolicy(
          { attempts: Infinity, backoff: { ...backoff, jitter: 'none' } },
          Math.random,
        );
        const [wait, ceiling] = [jittered, plain].map((policy) => {
          const answer = policy(n, failure);
          return answer.again ? answer.delayMs : Number.NaN;
        }) as [number, number];
        expect(ceiling <= backoff.maxMs).toBe(true);
        expect(wait >= 0 && wait <= ceiling).toBe(true);
      }),
    );
  });

  test('a first wait of 0 stays 0 for ever', () => {
    expect(waits({ initialMs: 0 }, 2_000).every((ms) => ms === 0)).toBe(true);
  });
});

describe('why an item was given up', () => {
  test('attempts-exhausted, with the last error', async () => {
    let call = 0;
    const task = (): Promise<never> => Promise.reject(new Error(`call ${++call}`));
    const [outcome] = await runParallel([1], task, { retry: { attempts: 3, backoff: 0 } });
    expect(outcome).toMatchObject({
      ok: false,
      gaveUp: 'attempts-exhausted',
      attempts: 3,
      error: { message: 'call 3' },
    });
  });

  test('not-retryable, when the predicate says so', async () => {
    const on = vi.fn((error: unknown) => !(error instanceof RangeError));
    const task = (item: number): Promise<never> =>
      Promise.reject(item === 1 ? new RangeError('no') : failure);
    const outcomes = await runParallel([0, 1], task, { retry: { attempts: 2, backoff: 0, on } });
    expect(outcomes).toMatchObject([
      { gaveUp: 'attempts-exhausted', attempts: 2 },
      { gaveUp: 'not-retryable', attempts: 1 },
    ]);
    expect(on.mock.calls.slice(0, 2)).toEqual([
      [failure, 1],
      [expect.any(RangeError), 1],
    ]);
  });

  test('no-retry, when none was asked for', async () => {
    expect(await runParallel([1], fail)).toMatchObject([{ gaveUp: 'no-retry', attempts: 1 }]);
  });

  test('attempts: 1 means one try', async () => {
    const task = vi.fn(fail);
    await runParallel([1], task, { retry: { attempts: 1 } });
    expect(task).toHaveBeenCalledTimes(1);
  });
});

describe('a callback of retry that fails stops every verb with its own error', () => {
  const broken = new TypeError('in the callback');
  const rethrow = (): never => {
    throw broken;
  };
  const options = [
    ['on', { attempts: 2, on: rethrow }, broken],
    ['backoff', { attempts: 2, backoff: rethrow }, broken],
    ['backoff gives NaN', { attempts: 2, backoff: () => Number.NaN }, { code: 'E_OPTION' }],
    ['backoff gives -1', { attempts: 2, backoff: () => -1 }, { code: 'E_OPTION' }],
    ['backoff gives text', { attempts: 2, backoff: () => '5' as never }, { code: 'E_OPTION' }],
  ] as const;
  test.each(options)('%s', async (_, retry, error) => {
    const matching = error instanceof Error ? error : expect.objectContaining(error);
    const reading = async (): Promise<void> => {
      for await (const outcome of stream([1, 2], fail, { retry })) void outcome;
    };
    await expect(map([1, 2], fail, { retry })).rejects.toEqual(matching);
    await expect(runParallel([1, 2], fail, { retry })).rejects.toEqual(matching);
    await expect(batchMap([1, 2], fail, { retry })).rejects.toEqual(matching);
    await expect(reading()).rejects.toEqual(matching);
  });
});

test('an item that waits holds no slot', async () => {
  const clock = fakeClock();
  const limit = countingLimit(1);
  const order: string[] = [];
  const task = async (item: string, { attempt }: { attempt: number }): Promise<void> => {
    order.push(`${item}${attempt}`);
    if (item === 'a' && attempt === 1) throw failure;
  };
  for (const concurrency of [1, limit]) {
    order.length = 0;
    const retry = { attempts: 2, backoff: 1_000 };
    const end = map(['a', 'b', 'c'], task, { concurrency, clock, retry });
    await clock.advance(999);
    expect(order).toEqual(['a1', 'b1', 'c1']);
    expect(limit.inFlight).toBe(0);
    await clock.advance(1);
    await end;
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2']);
  }
});

test('items come back in the order in which they are due, each as soon as it is', async () => {
  const clock = fakeClock();
  const started: [number, number][] = [];
  const task = async (delay: number, { attempt }: { attempt: number }): Promise<void> => {
    if (attempt === 1) throw delay;
    started.push([delay, clock.now()]);
  };
  const backoff = (_: number, error: unknown): number => error as number;
  const end = map([50, 20, 90, 20, 70], task, { clock, retry: { attempts: 2, backoff } });
  await clock.advance(100);
  await end;
  expect(started).toEqual([
    [20, 20],
    [20, 20],
    [50, 50],
    [70, 70],
    [90, 90],
  ]);
  expect(clock.pending).toBe(0);
});

test('attempts, durations and waits are told as they were', async () => {
  const clock = fakeClock({ startMs: 5_000 });
  const task = (_: string, { attempt }: { attempt: number }): Promise<string> =>
    new Promise((resolve, reject) =>
      clock.after(10 * attempt, () => (attempt < 3 ? reject(failure) : resolve('ok'))),
    );
  await clock.advance(7);
  const options = { clock, concurrency: 1, retry: { attempts: 3, backoff: [100, 200] } };
  const end = runParallel(['a', 'b'], task, options);
  await clock.advance(10_000);
  expect(await end).toMatchObject([
    { ok: true, attempts: 3, startedAt: 5_007, durationMs: 60, waitedMs: 300 },
    // Taken 10 ms after the first, it finds the only slot taken when its two waits are over.
    { ok: true, attempts: 3, startedAt: 5_017, durationMs: 60, waitedMs: 320 },
  ]);
});

test('an abort while items wait cancels them at once and leaves no timer', async () => {
  const clock = fakeClock();
  const controller = new AbortController();
  const reason = new Error('enough');
  const retry = { attempts: 5, backoff: 60_000 };
  const end = runParallel(range(3), fail, { clock, retry, signal: controller.signal });
  await clock.advance(10);
  controller.abort(reason);
  expect(await end).toMatchObject(
    range(3).map(() => ({
      ok: false,
      gaveUp: 'cancelled',
      attempts: 1,
      error: { code: 'E_CANCELLED', cause: reason },
    })),
  );
  expect(clock.pending).toBe(0);
});

test('10,000 items that all fail are never all waiting, and all are told', async () => {
  const clock = fakeClock();
  let most = 0;
  let taken = 0;
  const source = (function* () {
    for (const item of range(10_000)) {
      taken++;
      yield item;
    }
  })();
  const end = runParallel(source, fail, {
    clock,
    concurrency: 100,
    retry: { attempts: 2, backoff: 30_000 },
    onProgress: ({ counts }) => {
      most = Math.max(most, counts.waiting);
    },
  });
  await clock.advance(1_000);
  expect(taken).toBeLessThan(5_000);
  await clock.advance(300_000);
  const outcomes = await end;
  expect(outcomes).toHaveLength(10_000);
  expect(outcomes.every((one) => !one.ok && one.attempts === 2 && one.waitedMs === 30_000)).toBe(
    true,
  );
  expect(most).toBeLessThan(5_000);
  expect(clock.pending).toBe(0);
});

test('endless retries at no wait let the run be aborted', async () => {
  const controller = new AbortController();
  let calls = 0;
  const task = async (): Promise<never> => {
    if (++calls === 500) controller.abort(failure);
    throw new Error('again');
  };
  const retry = { attempts: Infinity, backoff: 0 };
  await expect(map([1], task, { retry, signal: controller.signal })).rejects.toBe(failure);
});

test('retries run ahead of items that were not started yet', async () => {
  const order: string[] = [];
  const task = async (item: string, { attempt }: { attempt: number }): Promise<void> => {
    order.push(item);
    if (item === 'a' && attempt === 1) throw failure;
  };
  await map(['a', 'b', 'c'], task, { concurrency: 1, retry: { attempts: 2, backoff: 0 } });
  expect(order).toEqual(['a', 'a', 'b', 'c']);
});

test.each([0, 20])(
  'a predicate that aborts the run ends it, with a wait of %i ms',
  async (backoff) => {
    const reason = new Error('enough');
    const aborting = (): { readonly retry: RetryOptions; readonly signal: AbortSignal } => {
      const stopper = new AbortController();
      const on = (): boolean => {
        stopper.abort(reason);
        return true;
      };
      return { retry: { attempts: 3, backoff, on }, signal: stopper.signal };
    };
    await expect(map(range(5), fail, aborting())).rejects.toBe(reason);
    const outcomes = await runParallel(range(5), fail, aborting());
    expect(outcomes.map((one) => !one.ok && one.gaveUp)).toEqual(Array(5).fill('cancelled'));
  },
);

test('a retry needs no room, since its item has had it from the start', async () => {
  const clock = fakeClock();
  const task = async (item: number, { attempt }: { attempt: number }): Promise<number> => {
    if (item === 0 && attempt === 1) throw failure;
    return item;
  };
  const retry = { attempts: 2, backoff: 50 };
  const outcomes = stream(range(10), task, { concurrency: 1, retry, clock });
  const read: number[] = [];
  const reading = (async () => {
    for await (const { index } of outcomes) read.push(index);
  })();
  await clock.advance(1_000);
  expect(read).toEqual(range(10));
  await reading;
}, 5_000);
