import { describe, expect, test, vi } from 'vitest';
import { batchMap } from '../../src/engine/batch-map.ts';
import type {
  Journal,
  JournalPlan,
  JournalRecord,
  JournalSession,
} from '../../src/engine/journal.ts';
import { map } from '../../src/engine/map.ts';
import type { RunOptions } from '../../src/engine/options.ts';
import { runParallel } from '../../src/engine/run-parallel.ts';
import { stream } from '../../src/engine/stream.ts';
import type { Task } from '../../src/engine/task.ts';
import { AtonceError } from '../../src/kernel/errors.ts';
import { stableKey } from '../../src/kernel/stable-key.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { memoryJournal } from '../../src/testing/memory-journal.ts';
import { deferred, isSettled, never, range, turn, turns } from './support/turn.ts';
import './support/unhandled.ts';

type Verb = <T, R>(
  items: Iterable<T>,
  task: Task<T, R>,
  options: RunOptions<T>,
) => Promise<unknown>;

const verbs: [string, Verb][] = [
  ['map', map],
  ['runParallel', runParallel],
  ['batchMap', batchMap],
  [
    'stream',
    async (items, task, options) => {
      const outcomes = [];
      for await (const outcome of stream(items, task, options)) outcomes.push(outcome);
      return outcomes;
    },
  ],
];

/** A journal that does what `session` says instead of nothing. */
function journalOf(session: Partial<JournalSession>) {
  const closed = vi.fn();
  const opened = vi.fn();
  const journal: Journal = {
    open: async (plan) => {
      opened(plan);
      return {
        keyOf: stableKey,
        done: () => undefined,
        append: async () => undefined,
        close: async () => void closed(),
        ...session,
      };
    },
  };
  return { journal, opened, closed };
}

const failure = new Error('journal');
const double = async (item: number): Promise<number> => item * 2;

describe('a second run', () => {
  test.each(verbs)('of %s does not run what is done, and gives its values', async (_, verb) => {
    const journal = memoryJournal();
    const task = vi.fn(double);
    // Its text is part of the plan, so both runs have the same function.
    const first = await verb(range(5), task, { journal });
    const second = await verb(range(5), task, { journal });
    expect(task).toHaveBeenCalledTimes(5);
    const bare = (one: unknown): unknown =>
      typeof one === 'object' ? { ...one, resumed: 0, waitedMs: 0 } : one;
    expect((second as unknown[]).map(bare)).toEqual((first as unknown[]).map(bare));
  });

  test('tells what it resumed, with what it once took', async () => {
    const clock = fakeClock({ startMs: 1_000 });
    const journal = memoryJournal();
    const task = (item: number): Promise<number> =>
      new Promise((resolve) => clock.after(item, () => resolve(item)));
    const first = runParallel([30], task, { journal, clock });
    await clock.advance(100);
    await first;
    await clock.advance(5_000);
    const events: unknown[] = [];
    const onProgress = ({ type }: { type: string }): number => events.push(type);
    const [outcome] = await runParallel([30], task, { journal, clock, onProgress });
    expect(outcome).toEqual({
      ok: true,
      value: 30,
      item: 30,
      index: 0,
      attempts: 1,
      startedAt: 1_000,
      durationMs: 30,
      waitedMs: 0,
      resumed: true,
    });
    expect(events).toEqual(['settled', 'finished']);
  });

  test('runs again what failed, and only that', async () => {
    const journal = memoryJournal();
    let broken = true;
    const calls: number[] = [];
    const task = async (item: number): Promise<number> => {
      calls.push(item);
      if (broken && item % 2 === 1) throw new Error('odd');
      return item;
    };
    await runParallel(range(5), task, { journal });
    broken = false;
    calls.length = 0;
    expect(await map(range(5), task, { journal })).toEqual(range(5));
    expect(calls.toSorted((a, b) => a - b)).toEqual([1, 3]);
  });

  test('does what was cancelled', async () => {
    const journal = memoryJournal();
    const controller = new AbortController();
    let stuck = true;
    const task = (item: number): Promise<number> =>
      stuck && item > 1 ? never() : Promise.resolve(item);
    const first = runParallel(range(4), task, { journal, signal: controller.signal });
    await turns(3);
    controller.abort();
    await first;
    expect(journal.records.map(({ key }) => key)).toEqual(['0', '1']);
    stuck = false;
    expect(await map(range(4), task, { journal })).toEqual(range(4));
  });

  test('gives undefined for a task that gave undefined, without running it', async () => {
    const journal = memoryJournal();
    const task = vi.fn(async () => undefined);
    await map([1], task, { journal });
    expect(await map([1], task, { journal })).toEqual([undefined]);
    expect(task).toHaveBeenCalledTimes(1);
  });

  test('over changed items runs the new ones and leaves the others where they are', async () => {
    const journal = memoryJournal();
    const calls: string[] = [];
    const task = async (item: string): Promise<string> => {
      calls.push(item);
      return item.toUpperCase();
    };
    await map(['a', 'b', 'c'], task, { journal });
    calls.length = 0;
    expect(await map(['c', 'new', 'a'], task, { journal })).toEqual(['C', 'NEW', 'A']);
    expect(calls).toEqual(['new']);
  });
});

describe('keys', () => {
  test('equal items each have an entry of their own', async () => {
    const journal = memoryJournal();
    let calls = 0;
    const task = async (): Promise<number> => ++calls;
    expect(await map(['a', 'b', 'a', 'a'], task, { journal, concurrency: 1 })).toEqual([
      1, 2, 3, 4,
    ]);
    expect(await map(['a', 'b', 'a', 'a'], task, { journal })).toEqual([1, 2, 3, 4]);
    expect(await map(['a', 'a', 'a', 'a'], task, { journal })).toEqual([1, 3, 4, 5]);
  });

  test('an item is known by its content, whatever the order of its keys', async () => {
    const journal = memoryJournal();
    const task = vi.fn(async (item: object) => Object.keys(item).length);
    await map([{ a: 1, b: 2 }], task, { journal });
    await map([{ b: 2, a: 1 }], task, { journal });
    expect(task).toHaveBeenCalledTimes(1);
  });

  test('or by what the caller says', async () => {
    const journal = memoryJournal();
    const task = vi.fn(async (item: { id: number }) => item.id);
    const key = ({ id }: { id: number }): number => id;
    await map([{ id: 0, at: 1 }], task, { journal, key });
    await map([{ id: 0, at: 2 }], task, { journal, key });
    expect(task).toHaveBeenCalledTimes(1);
    expect(journal.records).toMatchObject([{ key: '0' }]);
  });

  test.each(verbs)('a key that throws stops %s with that error', async (_, verb) => {
    const { journal, closed } = journalOf({});
    const key = (item: number): string => {
      if (item === 2) throw failure;
      return String(item);
    };
    const task = vi.fn(double);
    await expect(verb(range(5), task, { journal, key, concurrency: 9 })).rejects.toBe(failure);
    expect(task).toHaveBeenCalledTimes(2);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test.each([undefined, null, {}, true].map((value) => [value]))(
    'a key that is %s is refused, since all items would be the same',
    async (value) => {
      const { journal } = journalOf({});
      const key = (): string => value as never;
      await expect(map([1], double, { journal, key })).rejects.toMatchObject({ code: 'E_OPTION' });
    },
  );

  test('an item without a key stops the run and says what to do', async () => {
    const { journal } = journalOf({});
    await expect(map([() => 1], turn, { journal })).rejects.toMatchObject({
      code: 'E_UNSERIALISABLE',
      message: expect.stringContaining('key'),
    });
  });
});

describe('a journal that fails stops every verb with its error and is closed', () => {
  test.each(verbs)('%s, when it cannot be opened', async (_, verb) => {
    const task = vi.fn(double);
    const journal = { open: () => Promise.reject(failure) };
    await expect(verb(range(3), task, { journal })).rejects.toBe(failure);
    const throwing = {
      open: () => {
        throw failure;
      },
    };
    await expect(verb(range(3), task, { journal: throwing })).rejects.toBe(failure);
    expect(task).not.toHaveBeenCalled();
  });

  test.each(verbs)('%s, when a record cannot be written', async (_, verb) => {
    for (const append of [
      (record: JournalRecord) =>
        record.index === 1 ? turn().then(() => Promise.reject(failure)) : turn(),
      (record: JournalRecord): Promise<void> => {
        if (record.index === 1) throw failure;
        return turn();
      },
    ]) {
      const { journal, closed } = journalOf({ append });
      const task = vi.fn(async (item: number) => turn().then(() => item));
      const events: string[] = [];
      const onProgress = ({ type }: { type: string }): number => events.push(type);
      const options = { journal, concurrency: 2, onProgress };
      await expect(verb(range(50), task, options)).rejects.toBe(failure);
      expect(task.mock.calls.length).toBeLessThan(20);
      expect(closed).toHaveBeenCalledTimes(1);
      expect(events.at(-1)).toBe('finished');
    }
  });

  test.each(verbs)('%s, when it cannot say what is done', async (_, verb) => {
    const { journal, closed } = journalOf({
      done: () => {
        throw failure;
      },
    });
    await expect(verb(range(3), double, { journal })).rejects.toBe(failure);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test.each(verbs)('%s, when it cannot be closed', async (_, verb) => {
    const { journal } = journalOf({ close: () => Promise.reject(failure) });
    await expect(verb(range(3), double, { journal })).rejects.toBe(failure);
    const throwing = journalOf({
      close: () => {
        throw failure;
      },
    });
    await expect(verb(range(3), double, { journal: throwing.journal })).rejects.toBe(failure);
  });

  test('runParallel also with failFast', async () => {
    const { journal } = journalOf({ append: () => Promise.reject(failure) });
    await expect(runParallel(range(3), double, { journal, failFast: true })).rejects.toBe(failure);
  });
});

describe('a value that the journal cannot hold', () => {
  const task = async (item: number): Promise<unknown> => (item === 1 ? () => item : item);

  test('fails its own item only', async () => {
    const journal = memoryJournal();
    const outcomes = await runParallel(range(3), task, { journal });
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(outcomes[1]).toMatchObject({ error: { code: 'E_UNSERIALISABLE' }, gaveUp: 'no-retry' });
    expect(await batchMap(range(3), task, { journal })).toEqual([0, 2]);
    await expect(map(range(3), task, { journal })).rejects.toMatchObject({
      code: 'E_UNSERIALISABLE',
    });
  });

  test('and an error that it cannot hold is still the error of its item', async () => {
    const own = new RangeError('own');
    const append = async (record: JournalRecord): Promise<void> => {
      if (record.type === 'fail') throw new AtonceError('E_UNSERIALISABLE', 'not this error');
    };
    const { journal } = journalOf({ append });
    const fail = (): Promise<never> => Promise.reject(own);
    expect(await runParallel([1], fail, { journal })).toMatchObject([{ ok: false, error: own }]);
    await expect(map([1], fail, { journal })).rejects.toBe(own);
  });
});

describe('nothing is acknowledged before it is durable', () => {
  test.each(verbs)('by %s', async (_, verb) => {
    const written = deferred();
    const { journal, closed } = journalOf({ append: () => written.promise });
    const settled = vi.fn();
    const end = verb([1], double, {
      journal,
      onProgress: ({ type }) => type === 'settled' && settled(),
    });
    await turns(5);
    expect(await isSettled(end)).toBe(false);
    expect(settled).not.toHaveBeenCalled();
    expect(closed).not.toHaveBeenCalled();
    written.resolve();
    await end;
    expect(settled).toHaveBeenCalledTimes(1);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('nor the end of the run before the journal is closed', async () => {
    const closing = deferred();
    const { journal } = journalOf({ close: () => closing.promise });
    const end = map([1], double, { journal });
    await turns(5);
    expect(await isSettled(end)).toBe(false);
    closing.resolve();
    expect(await end).toEqual([2]);
  });

  test('while the slot of a settled task is free for the next', async () => {
    const written = deferred();
    const { journal } = journalOf({ append: () => written.promise });
    const task = vi.fn(double);
    const end = map(range(5), task, { journal, concurrency: 1 });
    await turns(5);
    expect(task).toHaveBeenCalledTimes(5);
    written.resolve();
    expect(await end).toEqual([0, 2, 4, 6, 8]);
  });

  test('of many items only so many are unwritten at once', async () => {
    const written = deferred();
    const { journal } = journalOf({ append: () => written.promise });
    const task = vi.fn((item: number) => item);
    const end = runParallel(range(10_000), task, { journal });
    await turns(5);
    expect(task.mock.calls.length).toBeLessThan(5_000);
    written.resolve();
    expect(await end).toHaveLength(10_000);
  });
});

describe('the journal is closed exactly once', () => {
  const reasons: [string, (options: RunOptions<number>) => Promise<unknown>][] = [
    ['success', (options) => map(range(3), double, options)],
    ['no items', (options) => map([], double, options)],
    ['a task that fails', (options) => map(range(3), () => Promise.reject(failure), options)],
    [
      'a source that fails',
      (options) =>
        runParallel(
          (function* () {
            yield 1;
            throw failure;
          })(),
          double,
          options,
        ),
    ],
    [
      'a listener that throws',
      (options) =>
        map(range(3), double, {
          ...options,
          onProgress: () => {
            throw failure;
          },
        }),
    ],
    [
      'an abort while it is opened',
      (options) => {
        const controller = new AbortController();
        const end = map(range(3), double, { ...options, signal: controller.signal });
        controller.abort();
        return end;
      },
    ],
    [
      'an abort in the middle',
      async (options) => {
        const controller = new AbortController();
        const end = map(range(3), never, { ...options, signal: controller.signal });
        await turns(3).then(() => controller.abort());
        return end;
      },
    ],
    [
      'a reader who leaves',
      async (options) => {
        for await (const outcome of stream(range(9), double, options)) {
          if (outcome.index === 2) break;
        }
      },
    ],
  ];
  test.each(reasons)('after %s', async (_, go) => {
    const { journal, closed } = journalOf({});
    await go({ journal }).catch(() => undefined);
    expect(closed).toHaveBeenCalledTimes(1);
  });
});

describe('the plan says what could change an answer', () => {
  const planOf = async (task: Task<number, unknown>, options: RunOptions<number> = {}) => {
    const { journal, opened } = journalOf({});
    await runParallel([1], task, { ...options, journal });
    return opened.mock.calls[0]?.[0] as JournalPlan;
  };
  async function named(item: number): Promise<number> {
    return item;
  }

  test('the task by its name and text', async () => {
    expect(await planOf(named)).toEqual({
      task: 'named',
      code: String(named),
      options: { timeoutMs: null, attempts: 1, key: 'content' },
    });
    expect((await planOf((item) => item)).task).toBe('anonymous function');
  });

  test('the options that count, and no others', async () => {
    const key = (item: number): string => `k${item}`;
    const plan = await planOf(named, {
      timeoutMs: 50,
      retry: { attempts: Infinity },
      key,
      desc: 'nightly',
      concurrency: 3,
      graceMs: 5,
    });
    expect(plan.options).toEqual({
      timeoutMs: 50,
      attempts: 'Infinity',
      key: String(key),
      desc: 'nightly',
    });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  test('so that another task or option is refused with the difference', async () => {
    const journal = memoryJournal();
    await map([1], named, { journal });
    await expect(map([1], double, { journal })).rejects.toMatchObject({
      code: 'E_JOURNAL_CHANGED',
    });
    await expect(map([1], named, { journal, timeoutMs: 9 })).rejects.toThrow('timeoutMs');
    expect(await map([1], named, { journal, concurrency: 1 })).toEqual([1]);
  });
});
