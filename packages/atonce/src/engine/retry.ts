import { checkFunction, checkInteger, checkMs, checkNames, refuse } from '../kernel/checks.ts';
import type { GaveUp } from '../kernel/outcome.ts';
import type { Random } from '../kernel/random.ts';

/** Waits that grow: `initialMs`, then `factor` times as long each time, up to `maxMs`. */
export interface ExponentialBackoff {
  /**
   * Ceiling of the first wait, milliseconds.
   *
   * @defaultValue 200
   */
  readonly initialMs?: number;
  /**
   * No wait is longer, milliseconds.
   *
   * @defaultValue 30000
   */
  readonly maxMs?: number;
  /**
   * Growth from one wait to the next, at least 1.
   *
   * @defaultValue 2
   */
  readonly factor?: number;
  /**
   * `full` draws each wait evenly between 0 and its ceiling, so that callers who failed together do
   * not come back together (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015).
   *
   * @defaultValue 'full'
   */
  readonly jitter?: 'full' | 'none';
}

/**
 * Milliseconds between attempts: one number for all, a list (its last entry repeats), growing waits,
 * or a function of the number of failed attempts and the last error.
 */
export type Backoff =
  | number
  | readonly number[]
  | ExponentialBackoff
  | ((failedAttempts: number, error: unknown) => number);

/** When and how often a failed item is tried again. */
export interface RetryOptions {
  /** Tries in all, the first included: 3 means at most two retries. An integer from 1. */
  readonly attempts: number;
  /**
   * How long to wait before the next try. A waiting item holds no slot.
   *
   * @defaultValue exponential from 200 ms to 30 s with full jitter
   */
  readonly backoff?: Backoff;
  /**
   * Which failures are worth another try.
   *
   * @defaultValue every failure
   */
  readonly on?: (error: unknown, attempt: number) => boolean;
}

/** Either another try after a wait, or the reason why not. */
export type RetryAnswer =
  | { readonly again: true; readonly delayMs: number }
  | { readonly again: false; readonly gaveUp: GaveUp };

/** Answers whether a failed attempt is followed by another. */
export type RetryPolicy = (failedAttempts: number, error: unknown) => RetryAnswer;

/**
 * Checks the options once and gives the policy they describe.
 *
 * @throws OptionError for a bad option.
 */
export function retryPolicy(options: RetryOptions, random: Random): RetryPolicy {
  checkNames('retry', options, ['attempts', 'backoff', 'on']);
  const { attempts, backoff = {}, on } = options;
  checkInteger('retry.attempts', attempts, { min: 1, orInfinity: true });
  if (on !== undefined) checkFunction('retry.on', on);
  const delay = delayOf(backoff, random);
  return (failedAttempts, error) => {
    if (on !== undefined && !on(error, failedAttempts))
      return { again: false, gaveUp: 'not-retryable' };
    if (failedAttempts >= attempts) return { again: false, gaveUp: 'attempts-exhausted' };
    return { again: true, delayMs: delay(failedAttempts, error) };
  };
}

type Delay = (failedAttempts: number, error: unknown) => number;

function delayOf(backoff: Backoff, random: Random): Delay {
  if (typeof backoff === 'function') {
    return (failedAttempts, error) => {
      const ms = backoff(failedAttempts, error);
      checkMs('the result of retry.backoff', ms);
      return ms;
    };
  }
  if (typeof backoff === 'number') {
    checkMs('retry.backoff', backoff);
    return () => backoff;
  }
  if (Array.isArray(backoff)) return listDelay(backoff as readonly number[]);
  return exponentialDelay(backoff as ExponentialBackoff, random);
}

function listDelay(list: readonly number[]): Delay {
  if (list.length === 0) throw refuse('retry.backoff', 'a list with at least one wait', list);
  list.forEach((ms, index) => checkMs(`retry.backoff[${index}]`, ms));
  const waits = [...list];
  return (failedAttempts) => waits[Math.min(failedAttempts, waits.length) - 1] as number;
}

function exponentialDelay(options: ExponentialBackoff, random: Random): Delay {
  checkNames('retry.backoff', options, ['initialMs', 'maxMs', 'factor', 'jitter']);
  const { initialMs = 200, maxMs = 30_000, factor = 2, jitter = 'full' } = options;
  checkMs('retry.backoff.initialMs', initialMs);
  checkMs('retry.backoff.maxMs', maxMs);
  if (typeof factor !== 'number' || !(factor >= 1) || factor === Infinity)
    throw refuse('retry.backoff.factor', 'a finite number from 1', factor);
  if (jitter !== 'full' && jitter !== 'none')
    throw refuse('retry.backoff.jitter', "'full' or 'none'", jitter);
  return (failedAttempts) => {
    // Growing from 0 stays 0; multiplied out it would become 0 times Infinity one day.
    const grown = initialMs === 0 ? 0 : initialMs * factor ** (failedAttempts - 1);
    const ceiling = Math.min(maxMs, grown);
    return jitter === 'full' ? random() * ceiling : ceiling;
  };
}
