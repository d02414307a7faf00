import { nextTurn } from '../host.ts';
import type { PoolTask, PoolTaskContext } from './call.ts';

/**
 * Whether calls start in an async context that knows which slots they hold, so that one nested in
 * them can borrow. Such contexts make every promise of the process dearer (by about half a
 * microsecond on Node 20), so they wait until there is need: a call that is still running after a turn
 * of the event loop, or that makes another at once.
 *
 * Until then each pool keeps its last slot back. Calls that nobody tracks then never hold all slots,
 * and the last one serves whatever they wait for.
 */
export class Tracking {
  on = false;
  /** Some call is being started at this moment. */
  private starting = false;
  private looking = false;
  private readonly anyRunning: () => boolean;
  private readonly turnedOn: () => void;

  /**
   * @param anyRunning - Whether any call is running.
   * @param turnedOn - Called when the slots kept back are free to be used.
   */
  constructor(anyRunning: () => boolean, turnedOn: () => void) {
    this.anyRunning = anyRunning;
    this.turnedOn = turnedOn;
  }

  /** Calls a task in no context of its own. */
  callUntracked(task: PoolTask<unknown>, context: PoolTaskContext): unknown {
    const outer = this.starting;
    this.starting = true;
    try {
      return task(context);
    } finally {
      this.starting = outer;
      this.look();
    }
  }

  /** A call has arrived: made by a task that is just being started, it is nested. */
  arrived(): void {
    if (this.starting) this.turnOn();
  }

  turnOn(): void {
    if (this.on) return;
    this.on = true;
    this.turnedOn();
  }

  private look(): void {
    if (this.looking) return;
    this.looking = true;
    nextTurn(() => {
      this.looking = false;
      if (this.anyRunning()) this.turnOn();
    });
  }
}
