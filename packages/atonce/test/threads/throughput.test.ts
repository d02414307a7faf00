import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Throughput } from '../../src/threads/throughput.ts';
import { Typical } from '../../src/threads/typical.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

const chunk = { items: 10, workMs: 60, typicalMs: 6, postMs: 0, overheadMs: undefined };

test('the first window and short ones say nothing', () => {
  const throughput = new Throughput({ coldItems: 0 });
  vi.advanceTimersByTime(100);
  expect(throughput.next(10)).toBeUndefined();
  vi.advanceTimersByTime(10);
  expect(throughput.next(20)).toBeUndefined();
});

test('a window tells what was done in which time', () => {
  const throughput = new Throughput({ coldItems: 0 });
  throughput.next(10);
  for (let count = 0; count < 5; count++) throughput.record(chunk);
  vi.advanceTimersByTime(150);
  expect(throughput.next(60)).toEqual({ items: 50, workMs: 300, wallMs: 150, typicalMs: 6 });
});

test('what new code costs is not held against workers', () => {
  const pool = { coldItems: 8_000 };
  const throughput = new Throughput(pool);
  throughput.next(10);
  throughput.record(chunk);
  pool.coldItems = 3_000;
  vi.advanceTimersByTime(145);
  expect(throughput.next(5_010)?.wallMs).toBeCloseTo(100, 5);
});

test('the typical value is the median of the last ones, once there are some', () => {
  const typical = new Typical();
  for (const value of [1, 1, 100, 1]) typical.add(value);
  expect(typical.value).toBeUndefined();
  typical.add(2);
  expect(typical.value).toBe(1);
  for (let count = 0; count < 15; count++) typical.add(7);
  expect(typical.value).toBe(7);
});
