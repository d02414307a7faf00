/** One question, put to several contestants side by side. */
export interface Benchmark {
  /** Name on the command line and of the result file. */
  readonly name: string;
  readonly title: string;
  /** What is run and what a number of it means, for the reader of the results. */
  readonly about: string;
  readonly unit: Unit;
  /** How a contestant is set beside the first one: `ratio` (lower is better) or `speed-up` (higher is better). */
  readonly compare: 'ratio' | 'speed-up';
  /** Samples taken of each contestant at each point. */
  readonly rounds: number;
  readonly points: readonly Point[];
  /** The first one is what the others are compared with, pair by pair. */
  readonly contestants: readonly Contestant[];
  readonly goals: readonly Goal[];
  /** Measured once before the first sample and given to every sample. */
  readonly calibrate?: () => Readonly<Record<string, number>>;
}

/** What one amount is, and how it is written. */
export interface Unit {
  /** Time is measured around the run; bytes and figures are told by the contestant. */
  readonly kind: 'time' | 'bytes' | 'figure';
  readonly label: string;
  /** An amount (nanoseconds, bytes or a figure) is divided by this. */
  readonly divisor: number;
}

/** One size or kind of work at which the contestants meet. */
export interface Point {
  readonly name: string;
  readonly items: number;
  /** Items of a smoke run, which only shows that the benchmark still works. */
  readonly tinyItems: number;
  readonly parameters: Readonly<Record<string, number | string>>;
}

/** One way to do the work. */
export interface Contestant {
  readonly name: string;
  /** Package of `benchmarks/peers` that it needs and whose version is shown beside it. */
  readonly peer?: string;
  /** Another package of `benchmarks/peers` that its measurement needs. */
  readonly tool?: string;
  /** Most items it is given, where more would take minutes; amounts are per item all the same. */
  readonly maxItems?: number;
  /** Most samples taken of it, for slow ones. */
  readonly maxRounds?: number;
  /** Why it cannot run on this machine; undefined when it can. */
  readonly missing?: () => string | undefined;
  /** Imports the code; called in the sample's process only, so that no contestant pays for another. */
  readonly load: () => Promise<Prepare>;
}

/** Imports, starts and warms up everything that does not belong to the measured time. */
export type Prepare = (setting: Setting) => Promise<Prepared> | Prepared;

export interface Setting {
  readonly items: number;
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly calibration: Readonly<Record<string, number>>;
}

export interface Prepared {
  /** The measured part. */
  readonly run: () => Promise<Measurement | undefined> | Measurement | undefined;
  /** Throws when the answer of `run` is wrong; not measured. */
  readonly check: () => void | Promise<void>;
  readonly close?: () => void | Promise<void>;
}

/** What a run tells beside its time. */
export interface Measurement {
  /** Replaces the wall time (nanoseconds) as the amount of the whole sample. */
  readonly amount?: number;
  /** How a quantity developed during the run. */
  readonly series?: readonly SeriesPoint[];
  /** Named numbers worth keeping, shown as they are. */
  readonly figures?: Readonly<Record<string, number | string>>;
}

export type SeriesPoint = Readonly<Record<string, number>>;

/** A bound the project sets itself; the table says whether it was met. */
export interface Goal {
  readonly text: string;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** Undefined when a contestant was missing. */
  readonly measure: (view: GoalView) => number | undefined;
}

/** What goals are computed from. */
export interface GoalView {
  /** Median over the rounds of `contestant / other`, taken pair by pair, of amounts per item. */
  ratio(point: string, contestant: string, other: string): number | undefined;
  /** Median amount per item, in the benchmark's unit. */
  amount(point: string, contestant: string): number | undefined;
  /** Highest peak of resident memory, bytes. */
  peakRss(point: string, contestant: string): number | undefined;
  /** Series of the last sample. */
  series(point: string, contestant: string): readonly SeriesPoint[] | undefined;
}
