import { IDLE } from './status-cell.ts';

/**
 * What a dead worker's entry has to do with the death. `guilty`: it was running and did it.
 * `suspect`: it may have been an earlier item's timer, or something before the item ran; the second
 * suspicion convicts. `innocent`: it only travelled with it.
 */
export type Blame = 'guilty' | 'suspect' | 'innocent';

/** What is known of a worker's death. */
export interface Death {
  /** Sequence number of the item that was running, by the status cell. */
  readonly running: number;
  /** The pool ended the worker itself. */
  readonly killedByPool: boolean;
  /**
   * The worker said that it ends: `in-call` while the running item's call was on the stack, `later`
   * from a timer or a promise. Undefined when it said nothing, as after `kill -9`.
   */
  readonly exit: 'in-call' | 'later' | undefined;
  /** Sequence numbers of the unsettled entries that were in flight on the worker, in the order of running. */
  readonly unsettled: readonly number[];
}

/** Decides what an unsettled entry has to do with its worker's death. */
export function blame(sequence: number, death: Death): Blame {
  if (death.killedByPool) return 'innocent';
  if (death.running !== sequence) {
    const { unsettled, running } = death;
    // Of an idle worker the first is suspected, so that a death that leaves no trace cannot be repeated for ever.
    const isFirst = running === IDLE && unsettled[0] === sequence;
    return unsettled.length === 1 || isFirst ? 'suspect' : 'innocent';
  }
  // The first item a worker ever ran has no predecessor whose timer could have done it.
  return death.exit === 'later' && sequence > 1 ? 'suspect' : 'guilty';
}
