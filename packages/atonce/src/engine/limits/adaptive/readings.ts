/** How loaded this machine and this process are. What is not known is left out. */
export interface LoadReading {
  /** Share of the available processor time in use, 0 to 1. */
  readonly cpuShare?: number | undefined;
  /** Share of the available memory in use, 0 to 1. */
  readonly memoryShare?: number | undefined;
  /** How late the event loop is, milliseconds. */
  readonly eventLoopDelayMs?: number | undefined;
}

/**
 * Readings whose failure is no reason to stop anybody: where they throw, or give nothing, nothing is known.
 *
 * @param told - Told of each reading: what it threw, or null.
 */
export function forgivingReadings(
  read: () => LoadReading,
  told: (failure: { readonly error: unknown } | null) => void,
): () => LoadReading {
  return () => {
    try {
      const reading = (read() as LoadReading | null | undefined) ?? {};
      told(null);
      return reading;
    } catch (error) {
      told({ error });
      return {};
    }
  };
}
