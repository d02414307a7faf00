import { describe, expect, test, vi } from 'vitest';
import { stream } from '../../src/engine/stream.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { memoryJournal } from '../../src/testing/memory-journal.ts';
import { deferred, isSettled, never, range, turn, turns } from './support/turn.ts';
import './support/unhandled.ts';

const failure = new Error('no');

test('nothing is read and nothing is called before the first read', async () => {
  const source = vi.fn(function* () {
    yield 1;
  });
  const task = vi.fn();
  const outcomes = stream(source(), task);
  await turn();
  expect(task).not.toHaveBeenCalled();
  expect(await outcomes.next()).toMatchObject({ done: false, value: { ok: true } });
  expect(await outcomes.next()).toEqual({ done: true, value: undefined });
  expect(await outcomes.next()).toEqual({ done: true, value: undefined });
});

test('a reader that stops reading stops the work, and goes on where it was', async () => {
  const task = vi.fn(async (item: number) => item);
  const outcomes = stream(range(100), task, { concurrency: 2, highWaterMark: 5 });
  await outcomes.next();
  await turns(5);
  // The one that was read and five ahead.
  expect(task).toHaveBeenCalledTimes(6);
  const rest = [];
  for await (const { index } of outcomes) rest.push(index);
  expect(rest).toEqual(range(100).slice(1));
});

test('by default twice the concurrency may be ahead', async () => {
  const task = vi.fn(async (item: number) => item);
  const outcomes = stream(range(100), task, { concurrency: 3 });
  await outcomes.next();
  await turns(5);
  expect(task).toHaveBeenCalledTimes(7);
  await outcomes.return();
});

test('in completion order a slow item holds up nobody, in input order it does', async () => {
  const slow = deferred<number>();
  const task = (item: number): number | Promise<number> => (item === 0 ? slow.promise : item);
  const options = { concurrency: 2, highWaterMark: 8 };
  const fast = stream(range(4), task, { ...options, order: 'completion' });
  expect((await fast.next()).value.index).toBe(1);
  expect((await fast.next()).value.index).toBe(2);
  expect((await fast.next()).value.index).toBe(3);
  const ordered = stream(range(4), task, { ...options, order: 'input' });
  const first = ordered.next();
  expect(await isSettled(first)).toBe(false);
  slow.resolve(0);
  expect((await first).value.index).toBe(0);
  expect((await fast.next()).value.index).toBe(0);
});

test('several reads may wait at once, and are answered in order', async () => {
  const outcomes = stream(range(3), async (item) => item, { concurrency: 1 });
  const reads = await Promise.all(range(6).map(() => outcomes.next()));
  expect(reads.map(({ done, value }) => (done === true ? 'end' : value.index))).toEqual([
    0,
    1,
    2,
    'end',
    'end',
    'end',
  ]);
});

test('of several reads that wait for an error the first gets it', async () => {
  const source = (async function* () {
    await turn();
    yield Promise.reject(failure);
  })();
  const broken = stream(source, never);
  const ends = await Promise.allSettled([broken.next(), broken.next(), broken.next()]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
});

describe('leaving early', () => {
  test('aborts what is running, waits for its grace, and starts nothing more', async () => {
    const clock = fakeClock();
    const reasons: unknown[] = [];
    const task = vi.fn((item: number, { signal }: { signal: AbortSignal }) => {
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      return item === 0 ? Promise.resolve(item) : never();
    });
    const outcomes = stream(range(9), task, { concurrency: 3, graceMs: 100, clock });
    await outcomes.next();
    const left = outcomes.return();
    expect(await isSettled(left)).toBe(false);
    expect(reasons).toHaveLength(task.mock.calls.length - 1);
    await clock.advance(100);
    expect(await left).toEqual({ done: true, value: undefined });
    expect(await outcomes.next()).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);
  });

  test('before the first read starts nothing at all', async () => {
    const task = vi.fn();
    const outcomes = stream(range(9), task);
    expect(await outcomes.return()).toEqual({ done: true, value: undefined });
    expect(await outcomes.next()).toEqual({ done: true, value: undefined });
    expect(task).not.toHaveBeenCalled();
  });

  test('ends a read that still waits, instead of failing it', async () => {
    const source = (async function* () {
      await never();
      yield 1;
    })();
    const outcomes = stream(source, async () => 1);
    const waiting = outcomes.next();
    await turn();
    await outcomes.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('twice is like once', async () => {
    const outcomes = stream(range(9), turn);
    await outcomes.next();
    expect(await Promise.all([outcomes.return(), outcomes.return()])).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });

  test('by an error in the loop passes that error on', async () => {
    const closed = vi.fn();
    const source = (function* () {
      try {
        yield* range(9);
      } finally {
        closed();
      }
    })();
    const reading = async (): Promise<void> => {
      for await (const outcome of stream(source, turn)) throw failure.cause ?? [failure, outcome];
    };
    await expect(reading()).rejects.toContain(failure);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('closes the journal first, and fails if that fails', async () => {
    const journal = memoryJournal();
    for await (const { index } of stream(range(9), async (n) => n, { journal, concurrency: 1 })) {
      if (index === 2) break;
    }
    expect(journal.records.length).toBeGreaterThanOrEqual(3);
    // Free again.
    await (
      await journal.open({ task: 't', code: 'c', options: {} }).catch(() => undefined)
    )?.close();
    const broken = {
      open: async () => ({
        keyOf: String,
        done: () => undefined,
        append: async () => undefined,
        close: () => Promise.reject(failure),
      }),
    };
    const leaving = async (): Promise<void> => {
      for await (const outcome of stream(range(9), async (n) => n, { journal: broken })) {
        if (outcome.index === 2) break;
      }
    };
    await expect(leaving()).rejects.toBe(failure);
  });
});

test('the stream is its own iterator', () => {
  const outcomes = stream([1], turn);
  expect(outcomes[Symbol.asyncIterator]()).toBe(outcomes);
});
