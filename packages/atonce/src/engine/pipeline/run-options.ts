import { checkFunction, checkMs, checkNames, checkSignal } from '../../kernel/checks.ts';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { checkShape } from '../options.ts';

/** Options of a whole pipeline, the same for all its runs. */
export interface PipelineOptions {
  /**
   * Source of time, for tests.
   *
   * @defaultValue the machine's clock
   */
  readonly clock?: Clock | undefined;
  /**
   * Source of chance for the jitter of retries, for tests.
   *
   * @defaultValue Math.random
   */
  readonly random?: Random | undefined;
}

/** Options of one run of a pipeline. */
export interface PipelineRunOptions {
  /** Stops the pipeline when aborted: nothing new starts, running stages see their own signal aborted. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long running stages may go on after the pipeline was stopped, milliseconds, before their items
   * are given up as cancelled (and, on workers, the worker is terminated).
   *
   * @defaultValue 0 on the event loop, 1000 on workers
   */
  readonly graceMs?: number | undefined;
}

/** Options of `stream`. */
export interface PipelineStreamOptions extends PipelineRunOptions {
  /**
   * `input` gives outcomes in the order of the items, whatever the order in the stages, so one slow item
   * holds up those behind it; `completion` gives each as soon as it is there. A batch stands at the place
   * of its first item.
   *
   * @defaultValue 'input'
   */
  readonly order?: 'input' | 'completion' | undefined;
  /**
   * How many outcomes may wait for the reader, or for an earlier outcome, before nothing new is taken from
   * the source. What is in the pipeline by then still comes out. An integer from 1.
   *
   * @defaultValue the `queue` of the last stage, at least 1
   */
  readonly highWaterMark?: number | undefined;
}

/** How one run is to go; undefined means the default. */
export interface PipelineSettings extends PipelineOptions, PipelineRunOptions {}

/**
 * Checks the options of a whole pipeline.
 *
 * @throws OptionError naming the first bad one.
 */
export function checkPipelineOptions(options: PipelineOptions): void {
  checkNames('options', options, ['clock', 'random']);
  const { clock = systemClock, random = Math.random } = options;
  checkShape('clock', clock, ['now', 'epoch', 'after'], 'a Clock');
  checkFunction('random', random);
}

/**
 * Checks the options of one run.
 *
 * @throws OptionError naming the first bad one.
 */
export function checkRunOptions(options: PipelineRunOptions, extra: readonly string[]): void {
  checkNames('options', options, ['signal', 'graceMs', ...extra]);
  const { signal, graceMs } = options;
  if (signal !== undefined) checkSignal('signal', signal);
  if (graceMs !== undefined) checkMs('graceMs', graceMs);
}
