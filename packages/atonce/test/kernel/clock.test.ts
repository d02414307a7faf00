import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a timer fires once after its time', () => {
  const callback = vi.fn();
  systemClock.after(50, callback);
  vi.advanceTimersByTime(49);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(callback).toHaveBeenCalledTimes(1);
});

test('a timer never fires before its time because of a fraction', () => {
  const callback = vi.fn();
  systemClock.after(1.5, callback);
  vi.advanceTimersByTime(1);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledTimes(1);
});

test('a cancelled timer does not fire', () => {
  const callback = vi.fn();
  systemClock.after(50, callback)();
  vi.advanceTimersByTime(1_000);
  expect(callback).not.toHaveBeenCalled();
});

test('a timer of two months fires after two months and not at once', () => {
  const callback = vi.fn();
  const month = 31 * 24 * 3_600_000;
  systemClock.after(2 * month, callback);
  vi.advanceTimersByTime(2 * month - 1);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('a timer of two months can be cancelled in its second month', () => {
  const callback = vi.fn();
  const month = 31 * 24 * 3_600_000;
  const cancel = systemClock.after(2 * month, callback);
  vi.advanceTimersByTime(month);
  cancel();
  vi.advanceTimersByTime(2 * month);
  expect(callback).not.toHaveBeenCalled();
});
