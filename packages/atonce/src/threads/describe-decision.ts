import type { Decision } from '../engine/runner.ts';

/** Items that were done in each place. */
export interface ItemsDone {
  readonly inline: number;
  readonly loop: number;
  readonly remote: number;
}

/** What the decision rests on. */
export interface DecisionGrounds {
  readonly reason: Decision['reason'];
  /** In words, when the reason needs some. */
  readonly why: string;
  readonly workers: number;
  /** The largest gain that was predicted for workers; 0 when none was. */
  readonly gain: number;
  /** Copying an item there and its result back. */
  readonly cloneMs: number | undefined;
  /** Running time of an item on the calling thread, and on workers. */
  readonly inlineMs: number | undefined;
  readonly remoteMs: number | undefined;
}

/** Tells a run's user where its items ran, and why. */
export function describeDecision(
  kind: 'threads' | 'processes',
  done: ItemsDone,
  grounds: DecisionGrounds,
): Decision {
  const { reason, workers, gain, cloneMs, inlineMs, remoteMs } = grounds;
  // Where a decision for workers stood to the end, they are what the run used.
  const stood = reason === 'asked' || reason === 'worth-it';
  const onWorkers = done.remote > 0 && (stood || done.remote > done.inline + done.loop);
  const ran = onWorkers ? kind : done.loop > 0 ? 'loop' : 'inline';
  const itemMs = onWorkers ? (remoteMs ?? inlineMs) : inlineMs;
  const where = onWorkers
    ? `on ${workers} ${kind}`
    : ran === 'loop'
      ? 'on the event loop, many at once'
      : 'inline';
  return {
    ran,
    reason,
    text: `ran ${where}${textOfReason(grounds, onWorkers)}`,
    measured: {
      inlineItems: done.inline,
      loopItems: done.loop,
      remoteItems: done.remote,
      ...(itemMs === undefined ? {} : { itemMs }),
      ...(cloneMs === undefined ? {} : { cloneMs }),
      ...(gain === 0 ? {} : { predictedGain: gain }),
      ...(onWorkers ? { workers } : {}),
    },
  };
}

function textOfReason({ reason, why, gain }: DecisionGrounds, onWorkers: boolean): string {
  if (reason === 'asked' && onWorkers) return ', as asked';
  if (reason === 'no-worker' && onWorkers) return `, the rest on the calling thread: ${why}`;
  if (reason !== 'worth-it' || !onWorkers) return `: ${why}`;
  return gain === 0
    ? ': only a worker can be ended when its time is over'
    : `: predicted ${gain.toFixed(2)} times faster than on the calling thread`;
}

/** A duration in the unit that suits it. */
export function ms(value: number): string {
  return value >= 0.1 ? `${value.toFixed(2)} ms` : `${(value * 1000).toFixed(2)} us`;
}
