import { checkMs, checkNames, checkSignal } from '../../kernel/checks.ts';
import { levelOf, type Priority } from '../priority.ts';

/** How one call of `pools.run` is run. */
export interface PoolCallOptions {
  /** Stops the call: it rejects at once with the signal's reason, whether it waits or runs. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long the call may run, milliseconds from its start; waiting does not count. A late one fails
   * with `TimeoutError`, its signal is aborted and its slot is free again at once.
   *
   * @defaultValue no limit
   */
  readonly timeoutMs?: number | undefined;
  /**
   * The more urgent start first. One start in sixteen goes to whoever has waited longest, so that
   * nobody waits for ever.
   *
   * @defaultValue 'normal'
   */
  readonly priority?: Priority | undefined;
}

/** The options once checked. */
export interface CallSettings {
  readonly signal: AbortSignal | null;
  readonly timeoutMs: number | null;
  /** Of the priority, 0 for the most urgent. */
  readonly level: number;
}

/** What a call without options is run with. */
export const plainSettings: CallSettings = {
  signal: null,
  timeoutMs: null,
  level: levelOf('normal'),
};

/** @throws OptionError for a bad option. */
export function settleCall(options: PoolCallOptions): CallSettings {
  checkNames('options', options, ['signal', 'timeoutMs', 'priority']);
  const { signal, timeoutMs, priority = 'normal' } = options;
  if (signal !== undefined) checkSignal('signal', signal);
  if (timeoutMs !== undefined) checkMs('timeoutMs', timeoutMs, 'more than 0');
  return { signal: signal ?? null, timeoutMs: timeoutMs ?? null, level: levelOf(priority) };
}
