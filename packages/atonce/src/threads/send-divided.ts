/** How a range of values is sent, and what happens to a single one that cannot be. */
export interface DividedSend {
  /** Sends the values from `from` up to but without `to`; throws when one of them cannot be copied. */
  send(from: number, to: number): void;
  /** This one value cannot be copied. */
  refused(position: number, error: unknown): void;
}

/**
 * Sends `count` values in one message if that works, else in halves, until those that cannot be
 * copied stand alone: a few bad values cost a few messages, not one for each value.
 */
export function sendDivided(count: number, how: DividedSend): void {
  if (count > 0) sendRange(0, count, how);
}

function sendRange(from: number, to: number, how: DividedSend): void {
  try {
    how.send(from, to);
  } catch (error) {
    if (to - from === 1) {
      how.refused(from, error);
      return;
    }
    const middle = (from + to) >> 1;
    sendRange(from, middle, how);
    sendRange(middle, to, how);
  }
}
