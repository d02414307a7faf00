import { describe, expect, it } from 'vitest';
import {
  adaptiveLimit,
  type Limit,
  map,
  runParallel,
  type Runner,
  stream,
} from '../../src/index.ts';

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

function brokenRunner(method: 'capacity' | 'submit'): Runner {
  return {
    name: 'broken',
    open: () => ({
      capacity: () => 2,
      submit: () => undefined,
      noMore: () => undefined,
      abort: () => undefined,
      close: () => undefined,
      decision: () => undefined,
      [method]: () => {
        throw fault;
      },
    }),
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

  it.each(['capacity', 'submit'] as const)('a runner whose %s throws', async (method) => {
    await expect(map([1, 2, 3], (item) => item, { on: brokenRunner(method) })).rejects.toBe(fault);
  });
});
