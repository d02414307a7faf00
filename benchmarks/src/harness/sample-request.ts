import type { Measurement } from './benchmark.ts';

/** What a sample's process is told, as JSON in its first argument. */
export interface SampleRequest {
  readonly benchmark: string;
  readonly point: string;
  readonly contestant: string;
  readonly items: number;
  readonly calibration: Readonly<Record<string, number>>;
}

/** What it answers. */
export type SampleAnswer =
  | { readonly ok: true; readonly measured: MeasuredRun }
  | {
      readonly ok: false;
      readonly problem: string;
      /** The process ended or hung before it could answer. */
      readonly died: boolean;
    };

/** One run, as seen from inside its process. */
export interface MeasuredRun {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly foreignShare: number | null;
  readonly peakRssBytes: number;
  readonly rssBeforeBytes: number;
  readonly measurement: Measurement;
}
