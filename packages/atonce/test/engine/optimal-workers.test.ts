import { describe, expect, test } from 'vitest';
import { availableCores } from '../../src/engine/available-cores.ts';
import { optimalWorkers } from '../../src/engine/optimal-workers.ts';

describe('work that waits gets at most 100, and at least 1', () => {
  test.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [99, 99],
    [100, 100],
    [101, 100],
    [1_000_000, 100],
    [Infinity, 100],
  ])('%d items: %d', (count, workers) => {
    expect(optimalWorkers(count)).toBe(workers);
    expect(optimalWorkers(count, { ioBound: true })).toBe(workers);
    expect(optimalWorkers(count, {})).toBe(workers);
  });
});

test('work that computes gets at most the available cores, and at least 1', () => {
  const cores = availableCores();
  expect(optimalWorkers(0, { ioBound: false })).toBe(1);
  expect(optimalWorkers(1, { ioBound: false })).toBe(1);
  expect(optimalWorkers(1_000, { ioBound: false })).toBe(cores);
  expect(optimalWorkers(Infinity, { ioBound: false })).toBe(cores);
});

test.each([{ ioBound: 1 }, { ioBound: 'yes' }, { ioBound: null }, { iobound: true }])(
  '%j is refused',
  (options) => {
    expect(() => optimalWorkers(1, options as never)).toThrow(
      expect.objectContaining({ code: 'E_OPTION' }),
    );
  },
);
