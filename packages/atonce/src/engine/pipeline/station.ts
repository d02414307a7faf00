import type { Conveyor, Worker } from './conveyor.ts';
import type { ErrorPolicy } from './stage-options.ts';
import type { NotedClock } from './noted-clock.ts';
import type { PipelineFailure } from './outcome.ts';
import type { Parcel } from './parcel.ts';
import type { Places } from './places.ts';
import type { StageMeter } from './stage-meter.ts';
import type { StageStatistics } from './statistics.ts';

/** One stage, batch or flattening of a pipeline that runs. */
export interface Station extends Worker {
  readonly name: string;
  readonly meter: StageMeter;
  /** Items it is at work on, without those that wait in an unfinished batch. */
  readonly active: number;
  start(): void;
  /** Gives up what it has, at the latest after the grace. */
  stop(reason: unknown): void;
  /** Something is about to change for it from outside. */
  beforeChange(): void;
  /** One of its results was taken by who comes next. */
  left(): void;
  statistics(): StageStatistics;
}

/** How a stage failed on a parcel. */
export type FailureFacts = Pick<PipelineFailure, 'error' | 'gaveUp' | 'attempts' | 'durationMs'>;

/** Where a parcel has ended, and what is to happen. */
export interface Ending extends FailureFacts {
  readonly stage: string;
  readonly onError: ErrorPolicy;
  /** Called once the item is dealt with. */
  readonly done: () => void;
}

/** The pipeline as its stations see it. */
export interface Hub {
  /** Read by whoever brings something from outside, so that what follows finds the time noted. */
  readonly clock: NotedClock;
  readonly conveyor: Conveyor;
  /** Null where the output has no order. */
  readonly places: Places | null;
  /** Why the pipeline was stopped, if it was. */
  readonly stopped: { readonly error: unknown } | null;
  /** Items that never started are wanted as cancelled, as far as they are known. */
  readonly wantsRest: boolean;
  /** Whether the reader is so near that more items may be taken. */
  hasRoom(): boolean;
  /** A parcel has come out of the last stage. */
  succeed(parcel: Parcel): void;
  /** A stage has failed on a parcel. */
  fail(parcel: Parcel, ending: Ending): void;
  /** A parcel is given up because the pipeline was stopped. */
  cancel(parcel: Parcel, stage: string): void;
  stop(how: 'broken', error: unknown): void;
  /** The items could not be read to their end. */
  sourceFailed(error: unknown): void;
  /** A station has come to its end. */
  stationEnded(): void;
}
