/** Sizes to choose from when nothing is known but how much the far side may be asked. */
export interface ConcurrencyTiers {
  /** 8: a fragile or strictly limited far side. */
  readonly minimal: 8;
  /** 16: a small service, a nearly spent budget. */
  readonly low: 16;
  /** 32: a service shared with others. */
  readonly medium: 32;
  /** 64: ordinary input and output; what `'auto'` means on the event loop. */
  readonly standard: 64;
  /** 128: a large service with room to spare. */
  readonly high: 128;
  /** 256: one that was measured to take it. */
  readonly maximal: 256;
}

/** Named sizes for pools and limits. */
export const concurrencyTiers: ConcurrencyTiers = {
  minimal: 8,
  low: 16,
  medium: 32,
  standard: 64,
  high: 128,
  maximal: 256,
};
