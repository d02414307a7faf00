import { getEventListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import { onAbort } from '../../src/kernel/on-abort.ts';

test('all who listen are called once, in the order in which they began', () => {
  const controller = new AbortController();
  const called: number[] = [];
  for (const n of [1, 2, 3]) onAbort(controller.signal, () => called.push(n));
  controller.abort();
  controller.abort();
  expect(called).toEqual([1, 2, 3]);
});

test('the signal has one listener however many listen, and none when the last has withdrawn', () => {
  const { signal } = new AbortController();
  const withdrawals = Array.from({ length: 100 }, () => onAbort(signal, () => undefined));
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  for (const withdraw of withdrawals) withdraw();
  for (const withdraw of withdrawals) withdraw();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  const heard = vi.fn();
  onAbort(signal, heard);
  withdrawals[0]?.();
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
});

test('who withdraws is not called, also when it does so while others are', () => {
  const controller = new AbortController();
  const second = vi.fn();
  const third = vi.fn();
  onAbort(controller.signal, () => withdrawSecond());
  const withdrawSecond = onAbort(controller.signal, second);
  onAbort(controller.signal, third);
  controller.abort();
  expect(second).not.toHaveBeenCalled();
  expect(third).toHaveBeenCalledTimes(1);
});
