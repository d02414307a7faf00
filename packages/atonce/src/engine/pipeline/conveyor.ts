import type { Clock } from '../../kernel/clock.ts';
import { RingBuffer } from '../../kernel/ring-buffer.ts';
import { nextTurn } from '../host.ts';
import { Slice } from '../slice.ts';

/** Steps that a worker does at one waking; then it wakes itself again, and others have their turn. */
export const STEPS_A_TURN = 256;

/** Something that may have work after it was woken. */
export interface Worker {
  /** Woken and not at work yet. */
  due: boolean;
  work(): void;
}

/** Whose conveyor it is. */
export interface ConveyorOwner {
  /** Nobody is awake; whoever is woken now comes next. */
  rest(): void;
  /** A worker has thrown, which none should. */
  broke(error: unknown): void;
}

/**
 * Wakes stations one after another rather than out of each other, so that the stack does not grow with
 * the number of stages, and stages that never wait leave the event loop its turns.
 */
export class Conveyor {
  private readonly queue = new RingBuffer<Worker>();
  private readonly slice: Slice;
  private readonly owner: ConveyorOwner;
  private turning = false;

  constructor(clock: Clock, owner: ConveyorOwner) {
    this.slice = new Slice(clock);
    this.owner = owner;
  }

  wake(worker: Worker): void {
    if (worker.due) return;
    worker.due = true;
    this.queue.push(worker);
    if (!this.turning) this.turn();
  }

  private turn(): void {
    const { queue, slice } = this;
    this.turning = true;
    slice.begin();
    for (let worker = this.next(); worker !== undefined; worker = this.next()) {
      worker.due = false;
      try {
        worker.work();
      } catch (error) {
        this.owner.broke(error);
      }
      // `turning` stays true, so that whatever is woken meanwhile waits for that turn.
      if (queue.size > 0 && slice.isOver()) return nextTurn(() => this.turn());
    }
    this.turning = false;
  }

  private next(): Worker | undefined {
    if (this.queue.size === 0) this.owner.rest();
    return this.queue.shift();
  }
}
