import { describe, expect, it } from 'vitest';
import { type Limit, map, runParallel, type Runner, stream } from '../../src/index.ts';

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

  it.each(['capacity', 'submit'] as const)('a runner whose %s throws', async (method) => {
    await expect(map([1, 2, 3], (item) => item, { on: brokenRunner(method) })).rejects.toBe(fault);
  });
});
