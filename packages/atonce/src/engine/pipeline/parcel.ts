import type { Place } from './places.ts';

/** One value on its way through the pipeline, with where it came from. Stages replace the value in it. */
export interface Parcel {
  value: unknown;
  /** Position of its item in the input; positions of all of them for a batch. */
  inputs: number | readonly number[];
  /** Where its outcome will stand in the output; null where the output has no order. */
  place: Place | null;
  readonly takenAtMs: number;
}

/** Positions of the items that a parcel was made from. */
export function inputsOf({ inputs }: Parcel): readonly number[] {
  return typeof inputs === 'number' ? [inputs] : inputs;
}

/** Stands where no parcel was taken yet. */
export const NO_PARCEL: Parcel = { value: undefined, inputs: [], place: null, takenAtMs: 0 };
