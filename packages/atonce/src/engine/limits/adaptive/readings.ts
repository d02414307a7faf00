/** How loaded this machine and this process are. What is not known is left out. */
export interface LoadReading {
  /** Share of the available processor time in use, 0 to 1. */
  readonly cpuShare?: number | undefined;
  /** Share of the available memory in use, 0 to 1. */
  readonly memoryShare?: number | undefined;
  /** How late the event loop is, milliseconds. */
  readonly eventLoopDelayMs?: number | undefined;
}
