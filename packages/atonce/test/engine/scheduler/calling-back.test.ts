import { describe, expect, test, vi } from 'vitest';
import type { SchedulerEvent } from '../../../src/engine/scheduler/events.ts';
import type { ScheduledTask } from '../../../src/engine/scheduler/scheduled-task.ts';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';
import type { Limit } from '../../../src/engine/limits/limit.ts';
import { countingLimit } from '../support/counting-limit.ts';
import { deferred, never, turn } from '../support/turn.ts';
import '../support/unhandled.ts';

const failure = new Error('no');

/** Calls `what` when the task of that name is over. */
function when(name: string, what: () => void): (event: SchedulerEvent) => void {
  return (event) => {
    if (event.type === 'settled' && event.name === name) what();
  };
}

describe('a listener that is told of an end', () => {
  test('may cancel a task that is being given up, which ends once and gives its slot back once', async () => {
    const [run, own] = [new AbortController(), new AbortController()];
    const pool = countingLimit(2);
    const ends: string[] = [];
    const cancelB = when('a', () => own.abort());
    const scheduler = createScheduler({
      pools: { pool },
      onProgress: (event) => {
        if (event.type === 'settled') ends.push(event.name);
        cancelB(event);
      },
    });
    scheduler.add({ name: 'a', pool: 'pool', run: never });
    scheduler.add({ name: 'b', pool: 'pool', signal: own.signal, run: never });
    scheduler.add({ name: 'c', run: never });
    const end = scheduler.run({ signal: run.signal });
    await turn();
    run.abort(failure);
    expect(await end).toMatchObject({ failed: 3, stopped: true });
    expect(ends).toEqual(['a', 'b', 'c']);
    expect([pool.inFlight, pool.released.length]).toEqual([0, 2]);
  });

  test('may add a task that needs the one that ended, and that waits for the others all the same', async () => {
    const gate = deferred<string>();
    const seen: unknown[] = [];
    const onProgress = when('first', () =>
      scheduler.add({
        name: 'follows',
        dependsOn: ['first', 'slow'],
        run: ({ results }) => seen.push(results['slow']),
      }),
    );
    const scheduler = createScheduler({ onProgress });
    scheduler.add({ name: 'first', run: () => 1 });
    scheduler.add({ name: 'slow', run: () => gate.promise });
    const end = scheduler.run();
    await turn();
    expect(seen).toEqual([]);
    gate.resolve('done');
    expect((await end).ok).toBe(true);
    expect(seen).toEqual(['done']);
  });

  test('may add a task that needs one which is being added, and is skipped, just then', async () => {
    const added = { dependsOn: ['fails'], run: () => 1 };
    const onProgress = when('skipped first', () =>
      scheduler.add({
        name: 'runs anyway',
        dependsOn: ['skipped later'],
        onDependencyFailure: 'run',
        run: ({ failures }) => Object.keys(failures),
      }),
    );
    const scheduler = createScheduler({ onProgress });
    scheduler.add({ name: 'fails', run: () => Promise.reject(failure) });
    const gate = deferred();
    scheduler.add({ name: 'gate', run: () => gate.promise });
    const end = scheduler.run();
    await turn();
    scheduler.addAll([
      { name: 'skipped first', ...added },
      { name: 'skipped later', ...added },
    ]);
    gate.resolve();
    expect((await end).outcomeOf('runs anyway')).toMatchObject({ value: ['skipped later'] });
  });

  test('may add tasks with signals when told of one that was cancelled before', async () => {
    const own = new AbortController();
    const add = (name: string, signal: AbortSignal, run: () => unknown): void =>
      scheduler.add({ name, signal, run });
    const onProgress = when('cancelled', () => add('first', own.signal, never));
    const scheduler = createScheduler({ onProgress });
    const gate = deferred();
    scheduler.add({ name: 'gate', run: () => gate.promise });
    const end = scheduler.run();
    add('cancelled', AbortSignal.abort(), () => 1);
    add('second', own.signal, never);
    await turn();
    own.abort();
    gate.resolve();
    const { outcomes } = await end;
    expect(outcomes.map(({ item, ok }) => [item, ok])).toEqual([
      ['gate', true],
      ['cancelled', false],
      ['first', false],
      ['second', false],
    ]);
  });

  test('may throw before the first task starts, also in a run that is stopped from the beginning', async () => {
    const scheduler = createScheduler({
      onProgress: () => {
        throw failure;
      },
    });
    scheduler.add({ name: 'a', signal: AbortSignal.abort(), run: () => 1 });
    scheduler.add({ name: 'b', run: () => 1 });
    await expect(scheduler.run({ signal: AbortSignal.abort('stopped') })).rejects.toBe(failure);
  });
});

describe('a retry predicate', () => {
  test('may cancel its own task, which ends once and is not tried again', async () => {
    const own = new AbortController();
    const gate = deferred();
    const scheduler = createScheduler();
    const run = vi.fn(() => Promise.reject(failure));
    const on = (): boolean => {
      own.abort();
      return true;
    };
    scheduler.add({ name: 'a', signal: own.signal, retry: { attempts: 3, backoff: 1, on }, run });
    scheduler.add({ name: 'b', run: () => gate.promise });
    const end = scheduler.run();
    await turn();
    gate.resolve();
    const report = await end;
    expect(report).toMatchObject({ succeeded: 1, failed: 1 });
    expect(report.outcomes).toMatchObject([{ gaveUp: 'cancelled', attempts: 1 }, { ok: true }]);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test('may stop the run, which then ends', async () => {
    const controller = new AbortController();
    const scheduler = createScheduler();
    const on = (): boolean => {
      controller.abort();
      return true;
    };
    const run = vi.fn(() => Promise.reject(failure));
    scheduler.add({ name: 'a', retry: { attempts: 3, backoff: 1, on }, run });
    const { outcomes } = await scheduler.run({ signal: controller.signal });
    expect(outcomes).toMatchObject([{ gaveUp: 'cancelled', attempts: 1, error: failure }]);
    expect(run).toHaveBeenCalledTimes(1);
  });
});

test('of tasks that share a signal none starts once it is aborted', async () => {
  const own = new AbortController();
  const run = vi.fn(never);
  const scheduler = createScheduler({ concurrency: 1 });
  for (const name of ['a', 'b', 'c']) scheduler.add({ name, signal: own.signal, run });
  const end = scheduler.run();
  await turn();
  own.abort(failure);
  const { outcomes } = await end;
  expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 0, 0]);
  expect(outcomes.every((one) => !one.ok && one.gaveUp === 'cancelled')).toBe(true);
  expect(run).toHaveBeenCalledTimes(1);
});

test('a generator that adds tasks itself while it is read may still be refused', async () => {
  const scheduler = createScheduler();
  function* tasks(): Generator<ScheduledTask> {
    yield { name: 'fine', run: () => 1 };
    scheduler.add({ name: 'own', run: () => 2 });
    yield { name: 'bad', dependsOn: ['nobody'], run: () => 3 };
  }
  scheduler.add({
    name: 'adds',
    run: () => expect(() => scheduler.addAll(tasks())).toThrow('bad'),
  });
  const { outcomes } = await scheduler.run();
  expect(outcomes.map(({ item, ok }) => [item, ok])).toEqual([
    ['adds', true],
    ['own', true],
  ]);
});

describe('a limit that throws', () => {
  test('when a slot comes back rejects the run instead of leaving it standing', async () => {
    const sound = fixedLimit(1);
    const pool: Limit = {
      concurrency: 1,
      get inFlight() {
        return sound.inFlight;
      },
      tryAcquire: () => sound.tryAcquire(),
      release() {
        throw failure;
      },
      whenFree: (listener) => sound.whenFree(listener),
    };
    const scheduler = createScheduler({ pools: { pool } });
    for (const name of ['a', 'b']) scheduler.add({ name, pool: 'pool', run: turn });
    await expect(scheduler.run()).rejects.toBe(failure);
  });

  test('when a slot is asked for costs no slot of a pool', async () => {
    const pool = fixedLimit(1);
    const concurrency: Limit = {
      ...fixedLimit(1),
      concurrency: 1,
      inFlight: 0,
      tryAcquire() {
        throw failure;
      },
      release: () => undefined,
      whenFree: () => () => undefined,
    };
    const scheduler = createScheduler({ concurrency, pools: { pool } });
    scheduler.add({ name: 'a', pool: 'pool', run: turn });
    await expect(scheduler.run()).rejects.toBe(failure);
    expect(pool.inFlight).toBe(0);
  });
});

test('a task that fails before it returns is tried again when no time is to pass between', async () => {
  const scheduler = createScheduler({ retry: { attempts: 3, backoff: 0 } });
  let tries = 0;
  scheduler.add({
    name: 'a',
    run: () => {
      if (++tries < 3) throw failure;
      return tries;
    },
  });
  expect((await scheduler.run()).outcomes).toMatchObject([{ ok: true, value: 3, attempts: 3 }]);
});
