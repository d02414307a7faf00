import type { SeriesPoint, Unit } from './benchmark.ts';
import type { Machine } from './machine.ts';

/** What is written to `benchmarks/results/<name>.json`. */
export interface BenchmarkResult {
  readonly schemaVersion: 1;
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly unit: Unit;
  readonly compare: 'ratio' | 'speed-up';
  readonly machine: Machine;
  readonly recordedAt: string;
  /** Version of atonce, with the commit where it is known. */
  readonly atonce: string;
  /** A smoke run: its numbers mean nothing. */
  readonly tiny: boolean;
  /** Share of the machine that other processes may take before a sample is rejected. */
  readonly maxForeignShare: number;
  readonly calibration: Readonly<Record<string, number>>;
  readonly points: readonly PointResult[];
  readonly goals: readonly GoalResult[];
  readonly skipped: readonly Skipped[];
}

export interface PointResult {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly contestants: readonly ContestantResult[];
}

export interface ContestantResult {
  readonly name: string;
  readonly version?: string | undefined;
  readonly items: number;
  readonly samples: readonly Sample[];
  /** Samples thrown away because other processes were busy. */
  readonly rejected: number;
  /** Samples taken again because their process ended without an answer. */
  readonly died: number;
  /** Why it was given up; its samples so far are kept. */
  readonly failed?: string | undefined;
}

/** One run in a process of its own. */
export interface Sample {
  readonly round: number;
  /** Nanoseconds of wall time, or what the contestant told instead, of the whole run. */
  readonly amount: number;
  readonly items: number;
  readonly wallMs: number;
  /** CPU time of the process, its threads and its descendants. */
  readonly cpuMs: number;
  /** Most since the process began, its preparation included. */
  readonly peakRssBytes: number;
  readonly rssBeforeBytes: number;
  /** Share of the whole machine that others used meanwhile, 0 to 1; null where the system does not tell. */
  readonly foreignShare: number | null;
  readonly noisy: boolean;
  readonly series?: readonly SeriesPoint[] | undefined;
  readonly figures?: Readonly<Record<string, number | string>> | undefined;
}

export interface GoalResult {
  readonly text: string;
  readonly bound: string;
  readonly measured: number | null;
  /** Null when it could not be measured. */
  readonly met: boolean | null;
}

export interface Skipped {
  readonly contestant: string;
  readonly why: string;
}
