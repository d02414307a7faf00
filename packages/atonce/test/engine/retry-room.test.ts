import { expect, test } from 'vitest';
import { stream } from '../../src/engine/stream.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { range } from './support/turn.ts';

test('a retry needs no room, since its item has had it from the start', async () => {
  const clock = fakeClock();
  const task = async (item: number, { attempt }: { attempt: number }): Promise<number> => {
    if (item === 0 && attempt === 1) throw new Error('again');
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
