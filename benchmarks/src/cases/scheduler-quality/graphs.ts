import { type Random, seededRandom } from 'atonce';

/** A graph of tasks; each depends on tasks with smaller numbers. */
export interface Graph {
  readonly durationsMs: readonly number[];
  readonly needs: readonly (readonly number[])[];
  readonly slots: number;
  /** Length of the best schedule where the graph was built around one. */
  readonly optimumMs?: number;
}

/** Makes graphs of one kind. */
export type Family = (random: Random) => Graph;

const MOST_TASKS = 3_000;

/** Layers of random width; each task needs up to three of the layer before. */
const layered: Family = (random) => {
  const draft = new Draft(random);
  const layers = draft.whole(5, 40);
  let before: number[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const width = draft.whole(1, Math.floor(MOST_TASKS / layers / 2) * 2);
    const current: number[] = [];
    for (let place = 0; place < width; place++)
      current.push(draft.add(draft.skewed(), draft.someOf(before, draft.whole(1, 3))));
    before = current;
  }
  return draft.graph();
};

/** Phases one after another: one task, many that need it, one that needs all those. */
const forkJoin: Family = (random) => {
  const draft = new Draft(random);
  const phases = draft.whole(2, 12);
  let last = draft.add(draft.skewed(), []);
  for (let phase = 0; phase < phases; phase++) {
    const width = draft.whole(20, Math.floor(MOST_TASKS / phases) - 2);
    const forked: number[] = [];
    for (let place = 0; place < width; place++) forked.push(draft.add(draft.skewed(), [last]));
    last = draft.add(draft.skewed(), forked);
  }
  return draft.graph();
};

/** The tiled Cholesky factorisation, times of its four kernels as their operation counts. */
const cholesky: Family = (random) => {
  const draft = new Draft(random);
  const tiles = draft.whole(8, 24);
  /** Who wrote a tile last. */
  const writer = new Map<number, number>();
  const write = (row: number, column: number, units: number, reads: [number, number][]): void => {
    const needs = [[row, column] as const, ...reads].flatMap(
      ([r, c]) => writer.get(r * tiles + c) ?? [],
    );
    writer.set(row * tiles + column, draft.add(units * draft.noise(), [...new Set(needs)]));
  };
  for (let k = 0; k < tiles; k++) {
    write(k, k, 10, []);
    for (let i = k + 1; i < tiles; i++) write(i, k, 30, [[k, k]]);
    for (let i = k + 1; i < tiles; i++) {
      write(i, i, 30, [[i, k]]);
      for (let j = k + 1; j < i; j++)
        write(i, j, 60, [
          [i, k],
          [j, k],
        ]);
    }
  }
  return draft.graph();
};

/** The butterfly of a fast Fourier transform. */
const fft: Family = (random) => {
  const draft = new Draft(random);
  const steps = draft.whole(4, 8);
  const points = 2 ** steps;
  let before = Array.from({ length: points }, () => draft.add(10 * draft.noise(), []));
  for (let step = 0; step < steps; step++) {
    const needs = before;
    before = needs.map((need, point) =>
      draft.add(20 * draft.noise(), [need, needs[point ^ (2 ** step)] as number]),
    );
  }
  return draft.graph();
};

/**
 * A full schedule of all slots without a gap, cut into tasks, with edges that it respects: its length
 * is the optimum, since no schedule can be shorter than all slots always busy.
 */
const cutSchedule: Family = (random) => {
  const draft = new Draft(random);
  const slots = draft.slots;
  const optimumMs = 10_000;
  const pieces: { readonly start: number; readonly end: number }[] = [];
  for (let lane = 0; lane < slots; lane++) {
    const cuts = Array.from({ length: draft.whole(10, Math.floor(MOST_TASKS / slots)) }, () =>
      Math.floor(random() * optimumMs),
    );
    const edges = [...new Set([0, ...cuts, optimumMs])].sort((a, b) => a - b);
    for (let at = 1; at < edges.length; at++)
      pieces.push({ start: edges[at - 1] as number, end: edges[at] as number });
  }
  pieces.sort((a, b) => a.start - b.start || a.end - b.end);
  const byEnd = pieces.map((_, index) => index).sort((a, b) => pieces[a]!.end - pieces[b]!.end);
  let over = 0;
  for (const { start, end } of pieces) {
    while (over < byEnd.length && pieces[byEnd[over]!]!.end <= start) over++;
    // Recent ones, so that the edges bind.
    const recent = byEnd.slice(Math.max(0, over - 4 * slots), over);
    draft.add(end - start, draft.someOf(recent, draft.whole(0, 3)));
  }
  return { ...draft.graph(), optimumMs };
};

/** All kinds, by name. */
export const families: Readonly<
  Record<'layered' | 'forkJoin' | 'cholesky' | 'fft' | 'cutSchedule', Family>
> = { layered, forkJoin, cholesky, fft, cutSchedule };

/** The graphs of a family, the same for every contestant. */
export function graphsOf(family: Family, count: number): Graph[] {
  return Array.from({ length: count }, (_, index) => family(seededRandom(1_000 + index)));
}

class Draft {
  readonly slots: number;
  readonly #random: Random;
  readonly #durationsMs: number[] = [];
  readonly #needs: number[][] = [];

  constructor(random: Random) {
    this.#random = random;
    this.slots = [2, 4, 8, 16][this.whole(0, 3)] as number;
  }

  /** A whole number within bounds, both included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  /** Most tasks are short and a few are long. */
  skewed(): number {
    return 1 + Math.floor(-Math.log(1 - this.#random()) * 40);
  }

  noise(): number {
    return 0.8 + 0.4 * this.#random();
  }

  someOf(tasks: readonly number[], count: number): number[] {
    const chosen = new Set<number>();
    for (let draw = 0; draw < count && tasks.length > 0; draw++)
      chosen.add(tasks[this.whole(0, tasks.length - 1)] as number);
    return [...chosen];
  }

  add(durationMs: number, needs: number[]): number {
    this.#needs.push(needs);
    return this.#durationsMs.push(durationMs) - 1;
  }

  graph(): Graph {
    return { durationsMs: this.#durationsMs, needs: this.#needs, slots: this.slots };
  }
}
