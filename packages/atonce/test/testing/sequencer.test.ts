import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sequencer } from '../../src/testing/sequencer.ts';

test('puts the points of two tasks into one order, whichever comes first', async () => {
  const sequence = sequencer();
  const log: string[] = [];
  const a = async () => {
    await sequence(1);
    log.push('a1');
    await sequence(3);
    log.push('a3');
  };
  const b = async () => {
    await sequence(0);
    log.push('b0');
    await sequence(2);
    log.push('b2');
    await sequence(4);
    log.push('b4');
  };
  await Promise.all([a(), b()]);
  sequence.close();
  expect(log).toEqual(['b0', 'a1', 'b2', 'a3', 'b4']);
});

test('what follows a point runs to its rest before the next point is passed', async () => {
  const sequence = sequencer();
  const log: string[] = [];
  const first = async () => {
    await sequence(0);
    for (let step = 0; step < 100; step++) await Promise.resolve();
    log.push('first');
  };
  const second = async () => {
    await sequence(1);
    log.push('second');
  };
  await Promise.all([second(), first()]);
  expect(log).toEqual(['first', 'second']);
});

test('holds a later point as long as the one before was not reached', async () => {
  const sequence = sequencer();
  let passed = false;
  const late = sequence(1).then(() => (passed = true));
  await sleep(10);
  expect(passed).toBe(false);
  await sequence(0);
  await late;
  expect(passed).toBe(true);
});

test('refuses a point that was used before', async () => {
  const sequence = sequencer();
  await sequence(0);
  await expect(sequence(0)).rejects.toThrow('point 0 was used twice');
  const waiting = sequence(2);
  await expect(sequence(2)).rejects.toThrow('point 2 was used twice');
  await sequence(1);
  await waiting;
  sequence.close();
});

test('close tells of a skipped point, and frees who waits behind it with the same error', async () => {
  const sequence = sequencer();
  await sequence(0);
  const waiting = [sequence(3), sequence(2)].map((point) => point.catch((error: unknown) => error));
  expect(() => sequence.close()).toThrow('point 1 was skipped; still waiting: 2, 3');
  for (const error of await Promise.all(waiting)) expect(error).toHaveProperty('message');
});

test('close in the middle of passing tells of a point skipped further on', async () => {
  const sequence = sequencer();
  const passed = [sequence(1), sequence(0)];
  const stuck = sequence(3).catch((error: unknown) => error);
  expect(() => sequence.close()).toThrow('point 2 was skipped; still waiting: 3');
  await Promise.all(passed);
  expect(await stuck).toHaveProperty('name', 'AssertionError');
});

test('takes no point after it was closed', async () => {
  const sequence = sequencer();
  sequence.close();
  await expect(sequence(0)).rejects.toThrow('after the sequence was closed');
});

test.each([-1, 0.5, NaN, '0'])('refuses %s for a point', async (point) => {
  await expect(sequencer()(point as number)).rejects.toThrow('`point`');
});
