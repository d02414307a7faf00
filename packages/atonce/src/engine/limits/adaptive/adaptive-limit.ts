import { checkFunction, checkInteger, checkNames, refuse } from '../../../kernel/checks.ts';
import { type Clock, systemClock } from '../../../kernel/clock.ts';
import { type Random, seededRandom } from '../../../kernel/random.ts';
import { checkShape } from '../../options.ts';
import type { LimitLaw } from './law.ts';
import { throughputLaw } from './laws/throughput.ts';
import type { LoadReading } from './readings.ts';
import { type AdaptiveLimit, type LimitChange, SteeredLimit } from './steered-limit.ts';

/** Bounds and law of an adaptive limit. */
export interface AdaptiveLimitOptions {
  /**
   * Never fewer slots, an integer from 1.
   *
   * @defaultValue 1
   */
  readonly min?: number | undefined;
  /**
   * Slots at the start, an integer from `min` to `max`.
   *
   * @defaultValue 8, or the nearest of `min` and `max`
   */
  readonly initial?: number | undefined;
  /**
   * Never more slots, an integer from `min` to 10,000.
   *
   * @defaultValue 256, or `min` if that is more
   */
  readonly max?: number | undefined;
  /**
   * Says how many slots there should be.
   *
   * @defaultValue throughputLaw()
   */
  readonly law?: LimitLaw | undefined;
  /**
   * Tells how loaded this machine is, for laws that look at it. Called at most a few times a second. When
   * it throws nothing is known of the load, as if it were not given; `readingsError` of the limit has
   * what was thrown.
   *
   * @defaultValue not measured
   */
  readonly readings?: (() => LoadReading) | undefined;
  /** Told of every change, with its reason. What it throws comes out of the limit's `release`. */
  readonly onChange?: ((change: LimitChange) => void) | undefined;
  /**
   * Source of time, for tests.
   *
   * @defaultValue the machine's clock
   */
  readonly clock?: Clock | undefined;
  /**
   * Source of chance, for tests.
   *
   * @defaultValue seeded with the clock's time
   */
  readonly random?: Random | undefined;
}

const MOST_SLOTS = 10_000;
const OPTION_NAMES: readonly (keyof AdaptiveLimitOptions)[] = [
  'min',
  'initial',
  'max',
  'law',
  'readings',
  'onChange',
  'clock',
  'random',
];

/**
 * A limit that finds its number of slots itself, between `min` and `max`. Give it as `concurrency` to
 * one run, or to all runs that use the same far side.
 *
 * @throws OptionError for a bad option.
 */
export function adaptiveLimit(options: AdaptiveLimitOptions = {}): AdaptiveLimit {
  checkNames('options', options, OPTION_NAMES);
  const { clock = systemClock, readings, onChange } = options;
  const { law = throughputLaw() } = options;
  checkShape('clock', clock, ['now', 'epoch', 'after'], 'a Clock');
  const bounds = boundsOf(options);
  checkLaw(law);
  if (readings !== undefined) checkFunction('readings', readings);
  if (onChange !== undefined) checkFunction('onChange', onChange);
  if (options.random !== undefined) checkFunction('random', options.random);
  const random = options.random ?? seededRandom(clock.epoch() * 1_000);
  const setting = { ...bounds, readings: readings ?? null, random };
  return new SteeredLimit(law, setting, { clock, onChange: onChange ?? null });
}

interface Bounds {
  readonly min: number;
  readonly initial: number;
  readonly max: number;
}

function boundsOf(options: AdaptiveLimitOptions): Bounds {
  const { min = 1 } = options;
  checkInteger('min', min, { min: 1, max: MOST_SLOTS });
  const { max = Math.max(min, 256) } = options;
  checkInteger('max', max, { min, max: MOST_SLOTS });
  const { initial = Math.min(Math.max(8, min), max) } = options;
  checkInteger('initial', initial, { min, max });
  return { min, initial, max };
}

function checkLaw(law: unknown): void {
  const candidate = law as Partial<LimitLaw> | null;
  const fits =
    typeof candidate === 'object' &&
    candidate !== null &&
    typeof candidate.name === 'string' &&
    typeof candidate.start === 'function';
  if (!fits) throw refuse('law', 'a LimitLaw, for instance aimdLaw()', law);
}
