import type { Random } from '../../src/kernel/random.ts';

/** Random decisions of one program; the seed decides all of them. */
export class Draw {
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  /** True in that share of the cases. */
  chance(share: number): boolean {
    return this.random() < share;
  }

  /** A whole number, both ends included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  pick<V>(list: readonly V[]): V {
    return list[Math.floor(this.random() * list.length)] as V;
  }

  /** Milliseconds: often few, seldom many, in whole and broken numbers. */
  ms(longest: number): number {
    const ms = this.random() ** 3 * longest;
    return this.chance(0.5) ? Math.round(ms) : ms;
  }

  /** The value in that share of the cases, else undefined, which every option takes for "not given". */
  maybe<V>(share: number, value: () => V): V | undefined {
    return this.chance(share) ? value() : undefined;
  }
}
