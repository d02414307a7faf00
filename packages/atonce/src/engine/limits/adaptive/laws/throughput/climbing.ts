import type { Random } from '../../../../../kernel/random.ts';
import type { Window } from './window.ts';

/** Steps, as logarithms of the ratio between two limits. */
const LEAST_STEP = Math.log(1.05);
const FIRST_STEP = Math.log(1.5);
const LONGEST_STEP = Math.log(2);

/**
 * How much a step grows after it paid. One trial may pay by chance, which would make the limit swing;
 * a second one in a row hardly does, and then there is a way to go.
 */
const FIRST_GROWTH = 1.3;
const GROWTH = 2.2;

/** How much a step shrinks after it did not pay. */
const SHRINKAGE = 1.6;

/** Share of a step that the throughput must follow for the larger limit to be the better one. */
const WORTH = 0.25;

/** A change of throughput at an unchanged limit by more than this means that the far side has changed. */
const SHIFT = 0.3;

/** Most windows at the present limit between two trials. */
const LONGEST_REST = 3;

/** Chance that more are tried again right after more have not paid. */
const MORE_AGAIN = 0.5;

/** Standard errors by which a trial's result should differ from chance. */
const CERTAINTY = 2;

/** Bounds within which limits may be tried now. */
export interface TrialBounds {
  readonly min: number;
  readonly max: number;
}

/**
 * Compares the present limit with a larger or smaller one, window by window, and moves when that is
 * better: more slots must pay, fewer must only not cost. Steps grow while they pay and shrink when they
 * do not, so that a far side that has changed is followed quickly and one that has not is disturbed little.
 */
export class Climbing {
  /** The limit found best so far. */
  level: number;
  private readonly random: Random;
  private score: number | null = null;
  private step = FIRST_STEP;
  private up = false;
  private variance = 0.1;
  /** Trials in a row that paid, and that did not. */
  private hits = 0;
  private misses = 0;
  private rest = 1;

  constructor(level: number, random: Random) {
    this.level = level;
    this.random = random;
  }

  /** Uses by which `limit` is judged: as many as the noise demands for the present step, within reason. */
  uses(limit: number): number {
    const { step } = this;
    const demanded = (2 * CERTAINTY * CERTAINTY * this.variance) / (step * step);
    return Math.min(Math.max(16, limit, demanded), 6 * limit + 64);
  }

  /** Takes a window's result and says which limit to look at next. */
  next(window: Window, bounds: TrialBounds): { readonly limit: number; readonly reason: string } {
    this.variance += (window.variance - this.variance) / 4;
    if (window.limit !== this.level && this.score !== null)
      return this.judge(window, this.score, bounds);
    this.remember(window.score);
    if (--this.rest > 0) return { limit: this.level, reason: 'resting' };
    return this.trial(bounds);
  }

  /** Starts anew from another level, after somebody else has moved the limit. */
  moveTo(level: number): void {
    this.level = level;
    this.score = null;
    this.rest = 1;
    this.misses = 0;
    this.step = Math.min(this.step, FIRST_STEP);
  }

  private judge(window: Window, score: number, bounds: TrialBounds): ReturnType<Climbing['next']> {
    const possible = Math.abs(Math.log(window.limit / this.level));
    const gain = window.score - score;
    const pays = window.limit > this.level ? gain > WORTH * possible : gain > -WORTH * possible;
    if (pays) {
      this.level = window.limit;
      this.score = window.score;
      const growth = this.hits === 0 ? FIRST_GROWTH : GROWTH;
      this.step = Math.min(LONGEST_STEP, this.step * growth);
      this.hits++;
      this.misses = 0;
      return this.trial(bounds);
    }
    this.misses++;
    this.hits = 0;
    this.step = Math.max(LEAST_STEP, this.step / SHRINKAGE);
    this.rest = Math.min(LONGEST_REST, 1 + Math.floor(this.misses / 3));
    // Alternating would let what is periodic on the far side mislead for ever. But never fewer twice in
    // vain: a far side that has got its capacity back would wait to be asked for more.
    this.up = !this.up || (this.misses > 1 && this.random() < MORE_AGAIN);
    const reason = window.limit > this.level ? 'more was not faster' : 'fewer was slower';
    return { limit: this.level, reason };
  }

  private remember(score: number): void {
    const old = this.score;
    if (old === null || Math.abs(score - old) > SHIFT) {
      if (old !== null) this.hurry(score > old);
      this.score = score;
      return;
    }
    this.score = (old + score) / 2;
  }

  /** The far side has changed: large steps again, and first the way that this suggests. */
  private hurry(up: boolean): void {
    this.step = Math.max(this.step, FIRST_STEP);
    this.up = up;
    this.misses = 0;
    this.rest = 1;
  }

  private trial({ min, max }: TrialBounds): ReturnType<Climbing['next']> {
    this.rest = 1;
    if (this.level >= max) this.up = false;
    else if (this.level <= min) this.up = true;
    const factor = Math.exp(this.up ? this.step : -this.step);
    const wanted = Math.round(this.level * factor);
    if (this.up) {
      const limit = Math.min(max, Math.max(this.level + 1, wanted));
      return { limit, reason: 'trying more' };
    }
    const limit = Math.max(Math.min(min, this.level), Math.min(this.level - 1, wanted));
    return { limit, reason: 'trying fewer' };
  }
}
