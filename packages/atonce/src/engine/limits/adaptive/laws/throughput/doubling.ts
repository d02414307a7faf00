import type { Window } from './window.ts';

/** Share of the possible gain that a doubling must bring to be followed by another. */
const WORTH = 0.3;

/**
 * The same for one that did not seem to pay. The limit before it, seen on the way down, has a full queue
 * from the first moment and looks a little worse than on the way up.
 */
const WORTH_AGAIN = 0.5;

/** Throughputs whose logarithms differ by less than this are taken for equal. */
const EQUAL = 0.1;

/** What was found out about a limit. */
interface Found {
  readonly limit: number;
  readonly score: number;
}

/**
 * The start: doubles while that pays, then says which of the limits tried was the best. A doubling that
 * does not seem to pay is judged again after a second look at the limit before it: when that has
 * become slower too, the tasks have become longer by themselves, and the doubling is not to blame.
 */
export class Doubling {
  private readonly found: Found[] = [];
  private doubted: Found | null = null;

  /** Fewest uses by which a limit is judged. */
  uses(limit: number): number {
    return Math.max(16, limit / 2);
  }

  /** Takes a window's result and says which limit to look at next; null when nothing is left to find out. */
  next({ limit, score }: Window, max: number): number | null {
    const { doubted } = this;
    const last = this.found.pop();
    this.doubted = null;
    if (last !== undefined && doubted !== null) {
      const before = { limit, score: (last.score + score) / 2 };
      this.found.push(before, doubted);
      return pays(before, doubted, WORTH_AGAIN) ? doubled(doubted.limit, max) : null;
    }
    const now = { limit, score };
    if (last !== undefined) this.found.push(last);
    if (last !== undefined && !pays(last, now, WORTH)) {
      this.doubted = now;
      return last.limit;
    }
    this.found.push(now);
    return doubled(limit, max);
  }

  /** The smallest limit that is about as good as the best. */
  best(): number {
    const highest = Math.max(...this.found.map(({ score }) => score));
    const good = this.found.filter(({ score }) => score >= highest - EQUAL);
    return Math.min(...good.map(({ limit }) => limit));
  }
}

function pays(before: Found, after: Found, worth: number): boolean {
  return after.score - before.score > worth * Math.log(after.limit / before.limit);
}

function doubled(limit: number, max: number): number | null {
  return limit < max ? Math.min(limit * 2, max) : null;
}
