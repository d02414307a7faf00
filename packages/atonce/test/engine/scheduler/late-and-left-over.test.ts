import { describe, expect, test } from 'vitest';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';
import type { Limit } from '../../../src/engine/limits/limit.ts';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { deferred, never, range, turn } from '../support/turn.ts';
import { played, takes } from './support/graphs.ts';
import '../support/unhandled.ts';

const failure = new Error('no');

describe('what settles too late is nobody else’s result', () => {
  test('of an attempt that timed out, while the next one runs', async () => {
    const clock = fakeClock();
    const scheduler = createScheduler({ clock, timeoutMs: 10, retry: { attempts: 2, backoff: 0 } });
    const run = ({ attempt }: { attempt: number }): Promise<string> =>
      takes(clock, attempt === 1 ? 12 : 8, `attempt ${attempt}`);
    scheduler.add({ name: 'a', run });
    const report = await played(clock, scheduler.run());
    expect(report.outcomeOf('a')).toMatchObject({ ok: true, value: 'attempt 2', durationMs: 18 });
  });

  test('of a cancelled task, while another runs in its slot', async () => {
    const controller = new AbortController();
    const scheduler = createScheduler({ concurrency: 1 });
    const [first, second] = [deferred<string>(), deferred<string>()];
    scheduler.add({ name: 'a', signal: controller.signal, run: () => first.promise });
    scheduler.add({ name: 'b', run: () => second.promise });
    const end = scheduler.run();
    controller.abort(failure);
    await turn();
    first.resolve('too late');
    await turn();
    second.resolve('b');
    expect((await end).outcomes).toMatchObject([
      { ok: false, gaveUp: 'cancelled' },
      { ok: true, value: 'b' },
    ]);
  });
});

describe('nothing is left over', () => {
  test('of a task that was cancelled while it waited for its next try', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const scheduler = createScheduler({ clock, retry: { attempts: 3, backoff: 10 } });
    let calls = 0;
    scheduler.add({
      name: 'a',
      signal: controller.signal,
      run: () => {
        calls++;
        throw failure;
      },
    });
    scheduler.add({ name: 'b', run: () => takes(clock, 100, 'b') });
    // Waits too, and longer.
    scheduler.add({
      name: 'c',
      retry: { attempts: 2, backoff: 50 },
      run: ({ attempt }) => {
        if (attempt === 1) throw failure;
      },
    });
    const end = scheduler.run();
    await clock.advance(5);
    controller.abort(failure);
    const report = await played(clock, end);
    expect(calls).toBe(1);
    expect(report.outcomes).toMatchObject([
      { gaveUp: 'cancelled', attempts: 1 },
      { ok: true },
      { ok: true, attempts: 2 },
    ]);
  });

  test('of a run that its listener broke between two tries', async () => {
    const clock = fakeClock();
    const scheduler = createScheduler({
      clock,
      retry: { attempts: 2, backoff: 1_000 },
      onProgress: ({ type }) => {
        if (type === 'retrying') throw failure;
      },
    });
    scheduler.add({ name: 'a', run: () => Promise.reject(new Error('again')) });
    await expect(scheduler.run()).rejects.toBe(failure);
    expect(clock.pending).toBe(0);
  });

  test('of a grace that nobody needed to the end', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const scheduler = createScheduler({ clock, graceMs: 60_000 });
    scheduler.add({ name: 'a', run: () => takes(clock, 50, 'a') });
    const end = scheduler.run({ signal: controller.signal });
    await clock.advance(10);
    controller.abort(failure);
    await clock.advance(40);
    expect(await end).toMatchObject({ succeeded: 1, stopped: true, makespanMs: 50 });
    expect(clock.pending).toBe(0);
  });

  test('at a limit that others held when the run was stopped', async () => {
    const limit = fixedLimit(1);
    let waiting = 0;
    const watched: Limit = {
      concurrency: 1,
      inFlight: 0,
      tryAcquire: () => limit.tryAcquire(),
      release: (result, durationMs) => limit.release(result, durationMs),
      whenFree: (listener) => {
        const withdraw = limit.whenFree(listener);
        waiting++;
        return () => {
          waiting--;
          withdraw();
        };
      },
    };
    const controller = new AbortController();
    const scheduler = createScheduler({ pools: { p: watched } });
    limit.tryAcquire();
    scheduler.add({ name: 'a', pool: 'p', run: never });
    const end = scheduler.run({ signal: controller.signal });
    expect(waiting).toBe(1);
    controller.abort(failure);
    expect((await end).outcomes).toMatchObject([{ gaveUp: 'cancelled', attempts: 0 }]);
    expect(waiting).toBe(0);
  });
});

test('a task that is added while a stopped run ends is cancelled like the others', async () => {
  const clock = fakeClock();
  const controller = new AbortController();
  const scheduler = createScheduler({ clock, graceMs: 100 });
  scheduler.add({ name: 'a', run: () => takes(clock, 50, 'a') });
  const end = scheduler.run({ signal: controller.signal });
  await clock.advance(10);
  controller.abort(failure);
  scheduler.add({ name: 'b', run: () => 1 });
  const report = await played(clock, end);
  expect(report.outcomes).toMatchObject([{ ok: true }, { gaveUp: 'cancelled', attempts: 0 }]);
});

test('what is added behind a waiting task makes its way longer, and it goes first', async () => {
  const order: string[] = [];
  const gate = deferred();
  const scheduler = createScheduler({ concurrency: 1 });
  const run =
    (name: string): (() => void) =>
    () =>
      void order.push(name);
  scheduler.add({ name: 'gate', run: () => gate.promise });
  for (const name of ['a', 'b']) scheduler.add({ name, dependsOn: ['gate'], run: run(name) });
  const end = scheduler.run();
  for (const index of range(3)) {
    const dependsOn = [index === 0 ? 'b' : `b${index - 1}`];
    scheduler.add({ name: `b${index}`, dependsOn, run: run(`b${index}`) });
  }
  gate.resolve();
  await end;
  expect(order.indexOf('b')).toBeLessThan(order.indexOf('a'));
});

test('time that passes in a task belongs to it and not to the next one', async () => {
  const clock = fakeClock();
  const scheduler = createScheduler({ clock, concurrency: 1 });
  scheduler.add({ name: 'a', run: () => takes(clock, 10, null) });
  const end = scheduler.run();
  await clock.advance(5);
  for (const name of ['b', 'c']) scheduler.add({ name, run: () => takes(clock, 20, null) });
  const report = await played(clock, end);
  expect(report.outcomes.map(({ durationMs, waitedMs }) => [durationMs, waitedMs])).toEqual([
    [10, 0],
    [20, 5],
    [20, 25],
  ]);
  const idle = createScheduler({ clock });
  idle.add({ name: 'long', run: () => takes(clock, 500, null) });
  idle.add({ name: 'short', run: () => takes(clock, 1, null) });
  const other = idle.run();
  await clock.advance(100);
  idle.add({ name: 'later', run: () => takes(clock, 7, null) });
  expect((await played(clock, other)).outcomeOf('later')).toMatchObject({ durationMs: 7 });
});
