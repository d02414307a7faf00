import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { wakingTimer } from '../../src/processes/waking-timer.ts';

describe('a timer that counts waking time', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([1, 999, 1_000, 1_001, 90_000])('fires after %i ms and only once', (ms) => {
    let fired = 0;
    wakingTimer(ms, () => fired++);
    vi.advanceTimersByTime(ms - 1);
    expect(fired).toBe(0);
    vi.advanceTimersByTime(2);
    expect(fired).toBe(1);
    vi.advanceTimersByTime(ms * 3);
    expect(fired).toBe(1);
  });

  it('does not count the time in which the machine slept', () => {
    let fired = 0;
    wakingTimer(10_000, () => fired++);
    vi.advanceTimersByTime(4_500);
    const now = performance.now.bind(performance);
    // The clock jumps while no timer runs, as it does over a suspension.
    const jump = vi.spyOn(performance, 'now').mockImplementation(() => now() + 3_600_000);
    onTestFinished(() => jump.mockRestore());
    vi.advanceTimersByTime(500);
    expect(fired).toBe(0);
    vi.advanceTimersByTime(4_900);
    expect(fired).toBe(0);
    vi.advanceTimersByTime(200);
    expect(fired).toBe(1);
  });

  it('can be cancelled at any time', () => {
    let fired = 0;
    const cancel = wakingTimer(5_000, () => fired++);
    vi.advanceTimersByTime(4_500);
    cancel();
    vi.advanceTimersByTime(5_000);
    expect(fired).toBe(0);
  });
});
