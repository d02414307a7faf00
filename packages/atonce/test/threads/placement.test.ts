import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  remoteGain,
  workersForWaiting,
  WORTH_STARTING,
  WORTHWHILE,
} from '../../src/threads/placement.ts';
import type { WorkFacts } from '../../src/threads/placement.ts';

const facts: WorkFacts = {
  itemMs: 1,
  cloneMs: 0,
  remaining: 1000,
  workers: 2,
  cores: 2,
  toStart: 0,
  startCreditMs: 0,
  loadMs: 0,
  coldItems: 0,
  waiting: false,
};

describe('the predicted gain of workers', () => {
  test('is close to the number of cores for long items, and never above the number of workers', () => {
    expect(remoteGain(facts)).toBeGreaterThan(1.95);
    fc.assert(
      fc.property(
        fc.record({
          itemMs: fc.double({ min: 1e-5, max: 100, noNaN: true }),
          cloneMs: fc.double({ min: 0, max: 10, noNaN: true }),
          remaining: fc.integer({ min: 1, max: 1e6 }),
          workers: fc.integer({ min: 1, max: 64 }),
          cores: fc.integer({ min: 1, max: 64 }),
          toStart: fc.integer({ min: 0, max: 64 }),
          startCreditMs: fc.constantFrom(0, 10, 100),
          loadMs: fc.constantFrom(0, 20),
          coldItems: fc.integer({ min: 0, max: 8_000 }),
          waiting: fc.boolean(),
        }),
        (any) => {
          expect(remoteGain(any)).toBeLessThanOrEqual(any.workers + 1e-9);
        },
      ),
    );
  });

  test('is none for items that cost less than their transport', () => {
    expect(remoteGain({ ...facts, itemMs: 0.0004, remaining: 1e6 })).toBeLessThan(1);
    expect(remoteGain({ ...facts, itemMs: 0.008, remaining: 1e5 })).toBeGreaterThan(1.5);
  });

  test('is none when the payload costs more than the work', () => {
    expect(remoteGain({ ...facts, itemMs: 1.48, cloneMs: 1.6 })).toBeLessThan(WORTHWHILE);
  });

  test('does not pay for starting workers for 60 ms of work, does for 300, and sooner when others have missed them', () => {
    const cold = { ...facts, toStart: 2, loadMs: 20 };
    expect(remoteGain({ ...cold, remaining: 60 })).toBeLessThan(WORTH_STARTING);
    expect(remoteGain({ ...cold, remaining: 300 })).toBeGreaterThan(WORTH_STARTING);
    expect(remoteGain({ ...cold, remaining: 60, startCreditMs: 60 })).toBeGreaterThan(
      WORTH_STARTING,
    );
  });

  test('takes new code into account: short items in small numbers stay', () => {
    const short = { ...facts, itemMs: 0.008, coldItems: 8_000 };
    expect(remoteGain({ ...short, remaining: 5_000 })).toBeLessThan(WORTHWHILE);
    expect(remoteGain({ ...short, remaining: 40_000 })).toBeGreaterThan(WORTHWHILE);
    expect(remoteGain({ ...short, remaining: 5_000, coldItems: 0 })).toBeGreaterThan(1.5);
  });

  test('is none on one core, except for items that wait', () => {
    expect(remoteGain({ ...facts, cores: 1 })).toBeLessThanOrEqual(1);
    expect(remoteGain({ ...facts, cores: 1, waiting: true, workers: 8 })).toBeGreaterThan(4);
  });

  test('knows that three items on two workers take as long as four', () => {
    expect(remoteGain({ ...facts, itemMs: 50, remaining: 3 })).toBeLessThan(1.6);
  });
});

describe('workers for waiting items', () => {
  test('are as many as their start is worth', () => {
    expect(workersForWaiting(400, 32, 2)).toBe(4);
    expect(workersForWaiting(400, 32, 16)).toBe(12);
    expect(workersForWaiting(1e6, 32, 2)).toBe(32);
    expect(workersForWaiting(1, 32, 2)).toBe(1);
  });
});
