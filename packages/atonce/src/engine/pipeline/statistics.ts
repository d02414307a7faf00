/** How one stage has fared. Of batches and flattening, which run no task, the durations are 0. */
export interface StageStatistics {
  readonly name: string;
  readonly kind: 'stage' | 'batch' | 'flatten';
  /** Slots it has; `Infinity` where a runner decides. 1 for batches and flattening. */
  readonly concurrency: number;
  /** Items it has taken. */
  readonly in: number;
  /** Results it has given. */
  readonly out: number;
  /** Items that ended in it without a result, those included that were given up when the pipeline was stopped. */
  readonly failed: number;
  /** Items it has now: at work, between two attempts, or gathered for a batch. */
  readonly running: number;
  /** Results that wait to be taken by the next stage. */
  readonly queued: number;
  /**
   * Milliseconds at work. Half the slots at work for 10 ms are 5 ms. Together with `waitingMs` and
   * `blockedMs` the time from the start of the pipeline to the stage's end. Standing still for its own
   * rate limit, shared limit or retries counts as work.
   */
  readonly busyMs: number;
  /** Milliseconds its slots stood idle because there was no input. */
  readonly waitingMs: number;
  /** Milliseconds its slots stood idle although there was input, because its results were not taken. */
  readonly blockedMs: number;
  /** Milliseconds per item on average, over all attempts. */
  readonly meanMs: number;
  /** Milliseconds that 95 % of the items do not exceed, within 1 %. */
  readonly p95Ms: number;
}

/** What a pipeline's speed depended on most. */
export interface Bottleneck {
  /** A stage that was at work most of the time, the source that gave no items, or the reader that did not read. */
  readonly kind: 'stage' | 'source' | 'reader';
  /** Name of the stage, `source` or `reader`. */
  readonly name: string;
  /** Share of the time in which it held up the pipeline, 0 to 1. */
  readonly share: number;
}

/** How a pipeline has fared. */
export interface PipelineStatistics {
  /** Milliseconds since the start, up to the end. */
  readonly elapsedMs: number;
  /** Items taken from the source. */
  readonly taken: number;
  readonly stages: readonly StageStatistics[];
  /** Undefined before any time has passed. */
  readonly bottleneck: Bottleneck | undefined;
}

/** Times that no stage is to blame for. */
export interface OutsideTimes {
  readonly sourceMs: number;
  readonly readerMs: number;
}

/** Names what held up the pipeline longest; of equals the first stage. */
export function bottleneckOf(
  stages: readonly StageStatistics[],
  outside: OutsideTimes,
  elapsedMs: number,
): Bottleneck | undefined {
  if (elapsedMs <= 0) return undefined;
  const candidates = [
    ...stages.map(({ name, busyMs }) => ({ kind: 'stage' as const, name, ms: busyMs })),
    { kind: 'source' as const, name: 'source', ms: outside.sourceMs },
    { kind: 'reader' as const, name: 'reader', ms: outside.readerMs },
  ];
  const { kind, name, ms } = candidates.reduce((most, one) => (one.ms > most.ms ? one : most));
  return { kind, name, share: Math.min(1, ms / elapsedMs) };
}
