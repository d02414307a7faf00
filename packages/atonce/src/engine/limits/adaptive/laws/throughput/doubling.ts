import type { Window } from './window.ts';

/** Share of the possible gain that a doubling must bring to be followed by another. */
const WORTH = 0.3;

/** Throughputs whose logarithms differ by less than this are taken for equal. */
const EQUAL = 0.1;

/** What a doubling found out. */
interface Found {
  readonly limit: number;
  readonly score: number;
}

/** The start: doubles while that pays, then says which of the limits tried was the best. */
export class Doubling {
  private readonly found: Found[] = [];

  /** Fewest uses by which a limit is judged. */
  uses(limit: number): number {
    return Math.max(12, limit / 2);
  }

  /** Whether the last doubling paid, so that another may. */
  pays({ limit, score }: Window): boolean {
    const last = this.found.at(-1);
    this.found.push({ limit, score });
    return last === undefined || score - last.score > WORTH * Math.log(limit / last.limit);
  }

  /** The smallest limit that is about as good as the best. */
  best(): number {
    const highest = Math.max(...this.found.map(({ score }) => score));
    const good = this.found.filter(({ score }) => score >= highest - EQUAL);
    return Math.min(...good.map(({ limit }) => limit));
  }
}
