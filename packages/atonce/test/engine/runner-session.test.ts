import { describe, expect, test, vi } from 'vitest';
import { batchMap } from '../../src/engine/batch-map.ts';
import { map } from '../../src/engine/map.ts';
import { runParallel } from '../../src/engine/run-parallel.ts';
import type {
  Attempt,
  Decision,
  Runner,
  RunnerEvents,
  RunnerRequest,
} from '../../src/engine/runner.ts';
import { stream } from '../../src/engine/stream.ts';
import { moduleTaskKey, type Task } from '../../src/engine/task.ts';
import { TimeoutError } from '../../src/kernel/errors.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { memoryJournal } from '../../src/testing/memory-journal.ts';
import { countingLimit } from './support/counting-limit.ts';
import { isSettled, range, turn } from './support/turn.ts';
import './support/unhandled.ts';

const decision: Decision = { ran: 'threads', reason: 'asked', text: 'as asked', measured: {} };

/** A runner that does nothing by itself: the test settles attempts by hand. */
class HandRunner implements Runner {
  readonly name = 'hand';
  readonly log: string[] = [];
  readonly submitted: Attempt<unknown>[] = [];
  readonly remaining: (number | undefined)[] = [];
  slots: number;
  request: RunnerRequest<never, unknown> | undefined;
  private outstanding = 0;

  constructor(slots = 2) {
    this.slots = slots;
  }

  get events(): RunnerEvents<unknown> {
    return (this.request as RunnerRequest<never, unknown>).events;
  }

  open: Runner['open'] = (request) => {
    this.log.push('open');
    this.request = request as never;
    return {
      capacity: (remaining) => {
        this.remaining.push(remaining);
        return this.slots - this.outstanding;
      },
      submit: (attempts) => {
        expect(attempts.length).toBeGreaterThan(0);
        this.outstanding += attempts.length;
        expect(this.outstanding).toBeLessThanOrEqual(this.slots);
        this.submitted.push(...attempts);
        this.log.push(`submit ${attempts.map((one) => `${one.index}.${one.attempt}`).join(' ')}`);
      },
      noMore: () => void this.log.push('noMore'),
      abort: (reason) => void this.log.push(`abort ${String(reason)}`),
      close: () => void this.log.push('close'),
      decision: () => decision,
    };
  };

  succeed(at: number, value: unknown, durationMs = 1): void {
    this.outstanding--;
    this.events.succeeded(this.submitted[at] as Attempt<unknown>, value, durationMs);
  }

  fail(at: number, error: unknown, durationMs = 1): void {
    this.outstanding--;
    this.events.failed(this.submitted[at] as Attempt<unknown>, error, durationMs);
  }

  ready(): void {
    this.events.ready();
  }
}

/** A runner that calls the task itself, a turn later. */
function loopRunner(slots: number): Runner {
  return {
    name: 'turns',
    open(request) {
      let outstanding = 0;
      const { events, task } = request;
      const run = async (attempt: Attempt<never>): Promise<void> => {
        const { item, index, attempt: number } = attempt;
        await turn();
        outstanding--;
        try {
          const context = { index, attempt: number, report: () => undefined } as never;
          events.succeeded(attempt, await task(item, context), 1);
        } catch (error) {
          events.failed(attempt, error, 1);
        }
        events.ready();
      };
      return {
        capacity: () => slots - outstanding,
        submit(attempts) {
          outstanding += attempts.length;
          for (const attempt of attempts) void run(attempt as Attempt<never>);
        },
        noMore: () => undefined,
        abort: () => undefined,
        close: () => undefined,
        decision: () => decision,
      };
    },
  };
}

const failure = new Error('no');
const task = async (item: number): Promise<number> => item;

test('attempts are handed over as far as there is capacity, and settled by the runner', async () => {
  const runner = new HandRunner(2);
  const end = map(range(4), task, { on: runner });
  expect(runner.log).toEqual(['open', 'submit 0.1 1.1']);
  runner.succeed(1, 'b');
  expect(runner.log).toHaveLength(2);
  runner.ready();
  runner.succeed(0, 'a');
  runner.succeed(2, 'c');
  runner.ready();
  runner.succeed(3, 'd');
  runner.ready();
  expect(await end).toEqual(['a', 'b', 'c', 'd']);
  expect(runner.log).toEqual([
    'open',
    'submit 0.1 1.1',
    'submit 2.1',
    'submit 3.1',
    'noMore',
    'close',
  ]);
});

test('results say where they were computed, without showing it', async () => {
  const on = loopRunner(2);
  const values = await map(range(3), task, { on });
  expect(values.decision).toBe(decision);
  expect(Object.keys(values)).toEqual(['0', '1', '2']);
  expect((await runParallel(range(3), task, { on })).decision).toBe(decision);
  expect((await batchMap(range(3), task, { on })).decision).toBe(decision);
  const outcomes = stream(range(3), task, { on });
  for await (const outcome of outcomes) expect(outcome.ok).toBe(true);
  expect(outcomes.decision).toBe(decision);
});

test('every verb gives on a runner what it gives on the loop', async () => {
  const odd = async (item: number): Promise<number> => {
    if (item % 3 === 1) throw failure;
    return item;
  };
  const on = loopRunner(3);
  expect(await batchMap(range(20), odd, { on })).toEqual(await batchMap(range(20), odd));
  const bare = ({ ok, index }: { ok: boolean; index: number }): unknown => ({ ok, index });
  expect((await runParallel(range(20).values(), odd, { on })).map(bare)).toEqual(
    (await runParallel(range(20), odd)).map(bare),
  );
  await expect(map(range(20), odd, { on })).rejects.toBe(failure);
  const indexes = [];
  for await (const { index } of stream(range(20), odd, { on, highWaterMark: 4 }))
    indexes.push(index);
  expect(indexes).toEqual(range(20));
});

test('the runner is told what was asked for', async () => {
  const runner = new HandRunner(2);
  void runParallel(range(3), task, {
    on: runner,
    concurrency: 7,
    timeoutMs: 50,
    graceMs: 9,
    rateLimit: { limit: 5, intervalMs: 10 },
  });
  expect(runner.request).toMatchObject({
    task,
    concurrency: 7,
    total: 3,
    timeoutMs: 50,
    graceMs: 9,
    immediate: true,
  });
  const plain = new HandRunner(2);
  void runParallel(range(3).values(), task, { on: plain });
  expect(plain.request).toMatchObject({
    concurrency: undefined,
    total: undefined,
    timeoutMs: undefined,
    graceMs: 1_000,
    immediate: false,
  });
  expect(plain.remaining).toEqual([undefined, undefined]);
  expect(runner.remaining).toEqual([3, 1]);
});

test('a failed attempt is tried again through the runner, by the rules of retry', async () => {
  const clock = fakeClock();
  const runner = new HandRunner(1);
  const retry = { attempts: 2, backoff: 100 };
  const end = runParallel(['a', 'b'], vi.fn(), { on: runner, retry, clock });
  await clock.advance(5);
  runner.fail(0, failure, 5);
  runner.ready();
  runner.succeed(1, 'B', 3);
  runner.ready();
  expect(runner.log.at(-1)).toBe('noMore');
  await clock.advance(100);
  runner.succeed(2, 'A', 7);
  runner.ready();
  expect(await end).toMatchObject([
    { value: 'A', attempts: 2, durationMs: 12, waitedMs: 93 },
    { value: 'B', attempts: 1, durationMs: 3 },
  ]);
  expect(runner.log).toEqual(['open', 'submit 0.1', 'submit 1.1', 'noMore', 'submit 0.2', 'close']);
});

test('a timeout is the matter of the runner, and counts as overload for a limit', async () => {
  const clock = fakeClock();
  const limit = countingLimit(1);
  const runner = new HandRunner(5);
  const end = runParallel([1], vi.fn(), { on: runner, timeoutMs: 10, clock, concurrency: limit });
  await clock.advance(1_000);
  expect(await isSettled(end)).toBe(false);
  runner.fail(0, new TimeoutError(10), 10);
  runner.ready();
  expect(await end).toMatchObject([{ ok: false, error: { code: 'E_TIMEOUT' }, durationMs: 10 }]);
  expect(limit.released).toEqual([['overload', 1_000]]);
});

test('an abort is passed on, and the run ends when the runner has settled what it had', async () => {
  const runner = new HandRunner(2);
  const controller = new AbortController();
  const end = runParallel(range(4), task, { on: runner, signal: controller.signal });
  controller.abort(failure);
  expect(runner.log).toEqual(['open', 'submit 0.1 1.1', `abort ${String(failure)}`]);
  expect(await isSettled(end)).toBe(false);
  runner.succeed(0, 'in the grace');
  runner.fail(1, failure);
  runner.ready();
  expect(await end).toMatchObject([
    { ok: true, value: 'in the grace' },
    { ok: false, gaveUp: 'cancelled', error: { code: 'E_CANCELLED', cause: failure } },
    { ok: false, gaveUp: 'cancelled', attempts: 0 },
    { ok: false, gaveUp: 'cancelled', attempts: 0 },
  ]);
  expect(runner.log.slice(3)).toEqual(['close']);
});

test('an abort before the start opens nothing', async () => {
  const runner = new HandRunner();
  await runParallel(range(2), task, { on: runner, signal: AbortSignal.abort() });
  expect(runner.log).toEqual([]);
});

test('an abort by a listener that hears of a start hands over nothing more', async () => {
  const runner = new HandRunner(3);
  const controller = new AbortController();
  const outcomes = await runParallel(range(4), task, {
    on: runner,
    signal: controller.signal,
    onProgress: (event) => {
      if (event.type === 'started' && event.index === 1) controller.abort(failure);
    },
  });
  expect(outcomes.map(({ ok }) => ok)).toEqual([false, false, false, false]);
  expect(runner.log).toEqual(['open', `abort ${String(failure)}`, 'close']);
});

test('the first failure of map aborts the session', async () => {
  const runner = new HandRunner(2);
  const end = map(range(4), task, { on: runner });
  runner.fail(0, failure);
  runner.fail(1, new Error('stopped'));
  runner.ready();
  await expect(end).rejects.toBe(failure);
  expect(runner.log).toEqual(['open', 'submit 0.1 1.1', `abort ${String(failure)}`, 'close']);
});

test('an attempt told twice counts once', async () => {
  const runner = new HandRunner(2);
  const settled = vi.fn();
  const onProgress = ({ type }: { type: string }): unknown => type === 'settled' && settled();
  const end = map(range(2), task, { on: runner, onProgress });
  const [first] = runner.submitted as [Attempt<unknown>];
  runner.succeed(0, 'first');
  runner.events.succeeded(first, 'second', 1);
  runner.events.failed(first, failure, 1);
  runner.events.reported(first, 'late');
  runner.succeed(1, 'b');
  runner.ready();
  runner.ready();
  expect(await end).toEqual(['first', 'b']);
  expect(settled).toHaveBeenCalledTimes(2);
});

test('what a task reports comes through', async () => {
  const runner = new HandRunner(1);
  const data: unknown[] = [];
  const end = map([1], task, {
    on: runner,
    onProgress: (event) => event.type === 'report' && data.push(event.data),
  });
  runner.events.reported(runner.submitted[0] as Attempt<unknown>, 'half way');
  runner.succeed(0, 1);
  runner.ready();
  await end;
  expect(data).toEqual(['half way']);
});

test('a runner that refuses to open stops every verb with its error', async () => {
  const runner: Runner = {
    name: 'closed',
    open: () => {
      throw failure;
    },
  };
  await expect(map([1], task, { on: runner })).rejects.toBe(failure);
  await expect(runParallel([1], task, { on: runner })).rejects.toBe(failure);
  await expect(batchMap([1], task, { on: runner })).rejects.toBe(failure);
  await expect(stream([1], task, { on: runner }).next()).rejects.toBe(failure);
});

test('no items open and close a session and submit nothing', async () => {
  const runner = new HandRunner();
  expect(await map([], task, { on: runner })).toEqual([]);
  expect(runner.log).toEqual(['open', 'noMore', 'close']);
});

test('an async source feeds a runner as items arrive', async () => {
  const items = (async function* () {
    for (const item of range(7)) {
      await turn();
      yield item;
    }
  })();
  expect(await map(items, task, { on: loopRunner(3) })).toEqual(range(7));
});

test('a journal works with a runner too', async () => {
  const journal = memoryJournal();
  await map(range(4), task, { on: loopRunner(2), journal });
  const runner = new HandRunner();
  expect(await map(range(4), task, { on: runner, journal })).toEqual(range(4));
  expect(runner.submitted).toEqual([]);
});

describe("on: 'auto'", () => {
  test('runs an ordinary function on the loop, by the usual options, and says so', async () => {
    let running = 0;
    let most = 0;
    const counted = async (item: number): Promise<number> => {
      most = Math.max(most, ++running);
      await turn();
      running--;
      return item;
    };
    const values = await map(range(9), counted, { on: 'auto', concurrency: 3 });
    expect(values).toEqual(range(9));
    expect(most).toBe(3);
    expect(values.decision).toMatchObject({ ran: 'loop', reason: 'not-a-module-task' });
  });

  test('keeps time limits there', async () => {
    const clock = fakeClock();
    const never = (): Promise<never> => new Promise(() => undefined);
    const end = runParallel([1], never, { on: 'auto', timeoutMs: 10, clock });
    await clock.advance(10);
    expect(await end).toMatchObject([{ ok: false, error: { code: 'E_TIMEOUT' } }]);
  });

  test('asks a task that can be shipped for its runner', async () => {
    const shippable: Task<number, number> = Object.assign(async (item: number) => item, {
      [moduleTaskKey]: {
        url: 'file:///task.js',
        exportName: 'task',
        fingerprint: () => 'f',
        autoRunner: () => loopRunner(2),
      },
    });
    const values = await map(range(3), shippable, { on: 'auto' });
    expect(values).toEqual(range(3));
    expect(values.decision).toBe(decision);
  });

  test("on: 'loop' says nothing of where it ran", async () => {
    expect((await map([1], task, { on: 'loop' })).decision).toBeUndefined();
    expect('decision' in (await map([1], task))).toBe(false);
  });
});
