import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { fakeClock } from '../../src/testing/fake-clock.ts';

test('stands still until it is advanced', async () => {
  const clock = fakeClock({ startMs: 1_000 });
  await sleep(5);
  expect([clock.now(), clock.epoch()]).toEqual([0, 1_000]);
  await clock.advance(250.5);
  expect([clock.now(), clock.epoch()]).toEqual([250.5, 1_250.5]);
});

test('fires due timers in the order of time, then of setting, each at its own time', async () => {
  const clock = fakeClock();
  const fired: [string, number][] = [];
  const set = (name: string, ms: number) => clock.after(ms, () => fired.push([name, clock.now()]));
  set('late', 30);
  set('first of two', 10);
  set('second of two', 10);
  set('at once', 0);
  set('not due', 31);
  expect(fired).toEqual([]);
  await clock.advance(30);
  expect(fired).toEqual([
    ['at once', 0],
    ['first of two', 10],
    ['second of two', 10],
    ['late', 30],
  ]);
  expect(clock.pending).toBe(1);
});

test('lets promises settle between two timers, however long their chain', async () => {
  const clock = fakeClock();
  const log: string[] = [];
  clock.after(10, () => {
    void (async () => {
      for (let step = 0; step < 500; step++) await Promise.resolve();
      log.push('chain');
    })();
  });
  clock.after(11, () => log.push('second timer'));
  await clock.advance(20);
  expect(log).toEqual(['chain', 'second timer']);
});

test('fires timers that timers set, when they are due within the same advance', async () => {
  const clock = fakeClock();
  const fired: number[] = [];
  const again = () => {
    fired.push(clock.now());
    clock.after(10, again);
  };
  clock.after(10, again);
  await clock.advance(35);
  expect(fired).toEqual([10, 20, 30]);
  expect(clock.now()).toBe(35);
});

test('sees timers that waiting code sets before time moves', async () => {
  const clock = fakeClock();
  let done = false;
  void (async () => {
    await Promise.resolve();
    await new Promise<void>((resolve) => clock.after(5, resolve));
    await new Promise<void>((resolve) => clock.after(5, resolve));
    done = true;
  })();
  await clock.advance(10);
  expect(done).toBe(true);
});

test('a cancelled timer never fires and is not counted, however often it is cancelled', async () => {
  const clock = fakeClock();
  let fired = 0;
  const cancel = clock.after(5, () => fired++);
  clock.after(5, () => fired++);
  expect(clock.pending).toBe(2);
  cancel();
  cancel();
  expect(clock.pending).toBe(1);
  await clock.advance(5);
  expect(fired).toBe(1);
  expect(clock.pending).toBe(0);
});

test('cancelling a timer that has fired changes nothing', async () => {
  const clock = fakeClock();
  const cancel = clock.after(1, () => {});
  await clock.advance(1);
  cancel();
  expect(clock.pending).toBe(0);
});

test('a timer may cancel another that is due at the same time', async () => {
  const clock = fakeClock();
  const fired: string[] = [];
  clock.after(5, () => cancel());
  const cancel = clock.after(5, () => fired.push('cancelled'));
  await clock.advance(5);
  expect(fired).toEqual([]);
});

test('a jump of the wall clock moves neither now() nor timers', async () => {
  const clock = fakeClock({ startMs: 10_000_000 });
  let fired = false;
  clock.after(1_000, () => (fired = true));
  clock.jumpWallClock(3_600_000);
  clock.jumpWallClock(-2 * 3_600_000);
  expect([clock.now(), clock.epoch(), fired]).toEqual([0, 6_400_000, false]);
  await clock.advance(1_000);
  expect([clock.now(), clock.epoch(), fired]).toEqual([1_000, 6_401_000, true]);
});

test('overlapping advances wait for each other', async () => {
  const clock = fakeClock();
  const fired: number[] = [];
  for (const ms of [5, 15]) clock.after(ms, () => fired.push(clock.now()));
  await Promise.all([clock.advance(10), clock.advance(10)]);
  expect(fired).toEqual([5, 15]);
  expect(clock.now()).toBe(20);
});

test('what a timer throws rejects advance, and the clock goes on afterwards', async () => {
  const clock = fakeClock();
  clock.after(1, () => {
    throw new RangeError('from the timer');
  });
  await expect(clock.advance(2)).rejects.toThrow('from the timer');
  await clock.advance(5);
  expect(clock.now()).toBe(6);
});

test.each([-1, NaN, Infinity, '5', undefined])('refuses a delay of %s', async (ms) => {
  const clock = fakeClock();
  expect(() => clock.after(ms as number, () => {})).toThrow('`ms`');
  expect(() => clock.advance(ms as number)).toThrow('`ms`');
});
