import { describe, expect, it } from 'vitest';
import {
  adaptiveLimit,
  type Attempt,
  type Limit,
  map,
  runParallel,
  type Runner,
  stream,
} from '../../src/index.ts';
import { memoryJournal } from '../../src/testing/memory-journal.ts';
import './support/unhandled.ts';

const fault = new TypeError('broken part');

function limitThat(broken: Partial<Limit>): Limit {
  return {
    concurrency: 1,
    inFlight: 0,
    tryAcquire: () => true,
    release: () => undefined,
    whenFree: () => () => undefined,
    ...broken,
  };
}

type Method = keyof ReturnType<Runner['open']>;

/** Settles what was submitted a moment later, or when it is aborted; one method throws. */
function brokenRunner(method: Method): Runner {
  return {
    name: 'broken',
    open: ({ events }) => {
      let aborted: unknown;
      const settle = (attempts: readonly Attempt<unknown>[]): void => {
        for (const attempt of attempts) {
          if (aborted !== undefined) events.failed(attempt, aborted, 0);
          else events.succeeded(attempt, attempt.item as never, 0);
        }
        events.ready();
      };
      return {
        capacity: () => 2,
        submit: (attempts) => void setTimeout(settle, 1, attempts),
        noMore: () => undefined,
        abort: (reason) => (aborted = reason),
        close: () => undefined,
        decision: () => undefined,
        [method]: () => {
          throw fault;
        },
      };
    },
  };
}

describe("a part of the caller's that throws where it must not ends the run with its error", () => {
  const throws = (): never => {
    throw fault;
  };

  it('a limit that is asked for a slot', async () => {
    const concurrency = limitThat({ tryAcquire: throws });
    await expect(map([1, 2], (item) => item, { concurrency })).rejects.toBe(fault);
    await expect(runParallel([1, 2], (item) => item, { concurrency })).rejects.toBe(fault);
    await expect(stream([1, 2], (item) => item, { concurrency }).next()).rejects.toBe(fault);
  });

  it('a limit that is asked to tell when one is free', async () => {
    const concurrency = limitThat({ tryAcquire: () => false, whenFree: throws });
    await expect(map([1, 2], (item) => item, { concurrency })).rejects.toBe(fault);
  });

  it('a limit that is given its slot back', async () => {
    const concurrency = limitThat({ release: throws });
    const tasks = [(item: number) => item, async (item: number) => item, () => throws()];
    for (const task of tasks) {
      await expect(map([1, 2], task, { concurrency })).rejects.toBe(fault);
      await expect(runParallel([1, 2], task, { concurrency })).rejects.toBe(fault);
    }
    const outcomes = stream([1, 2], async (item) => item, { concurrency });
    const readAll = async (): Promise<void> => {
      for await (const outcome of outcomes) expect(outcome.index).toBeLessThan(2);
    };
    await expect(readAll()).rejects.toBe(fault);
  });

  it('a limit whose law or listener throws while a slot is given back', async () => {
    const concurrency = adaptiveLimit({
      initial: 4,
      law: { name: 'broken', start: () => ({ observe: throws }) },
    });
    await expect(map([1, 2], async (item) => item, { concurrency })).rejects.toBe(fault);
  });

  it('a limit from which the run withdraws at its end', async () => {
    let isFree = true;
    const concurrency = limitThat({
      tryAcquire: () => isFree && !(isFree = false),
      release: () => (isFree = true),
      whenFree: () => throws,
    });
    const journal = memoryJournal();
    const set = { concurrency, journal };
    const double = async (item: number): Promise<number> => 2 * item;
    await expect(map([1, 2].values(), double, set)).rejects.toBe(fault);
    // The journal is closed all the same, and can be used again.
    expect(await map([1, 2].values(), double, { journal })).toEqual([2, 4]);
  });

  it.each(['capacity', 'submit', 'noMore', 'close', 'decision'] as const)(
    'a runner whose %s throws',
    async (method) => {
      const on = brokenRunner(method);
      await expect(map([1, 2, 3], (item) => item, { on })).rejects.toBe(fault);
    },
  );
});

describe('a part that throws while a stopped run is ended does not hide why it was stopped', () => {
  const throws = (): never => {
    throw fault;
  };
  const reason = new Error('enough');

  it('a limit from which the run withdraws', async () => {
    const controller = new AbortController();
    const concurrency = limitThat({ tryAcquire: () => false, whenFree: () => throws });
    const end = map([1], (item) => item, { concurrency, signal: controller.signal });
    controller.abort(reason);
    await expect(end).rejects.toBe(reason);
  });

  it.each(['abort', 'close', 'decision'] as const)(
    'a runner whose %s throws, and others hear of the signal all the same',
    async (method) => {
      const controller = new AbortController();
      const { signal } = controller;
      const ends = Promise.allSettled([
        runParallel([1, 2, 3], (item) => item, { on: brokenRunner(method), signal }),
        map([1], (item) => item, { on: brokenRunner(method), signal }),
        map([1], () => new Promise(() => undefined), { signal }),
      ]);
      controller.abort(reason);
      const cancelled = { gaveUp: 'cancelled', error: { cause: reason } };
      expect(await ends).toMatchObject([
        { value: [cancelled, cancelled, cancelled] },
        { reason },
        { reason },
      ]);
    },
  );
});
