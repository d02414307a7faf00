import { RingBuffer } from '../../kernel/ring-buffer.ts';
import type { PoolTask } from './call.ts';

/** Tasks that wait behind one gate. */
const GATE_TASKS = 512;

/** Whom the backlog hands its tasks to. */
export interface BacklogOwner {
  /** Puts a task that arrived as number `order` at the end of the line; gives its promise. */
  admit(task: PoolTask<unknown>, order: number): Promise<unknown>;
}

/** A promise that opens for all that wait behind it, and what waits, in order. */
interface Gate {
  readonly promise: Promise<void>;
  readonly open: () => void;
  readonly tasks: PoolTask<unknown>[];
  /** The number of the first task; those of the others follow without a gap. */
  readonly first: number;
}

const nativeThen = Promise.prototype.then;

/**
 * The far end of a long queue. A promise with its own `resolve` and `reject` takes three times the memory
 * of one derived by `then`, so a call waits here as its task and a promise derived from its gate's:
 *
 *     line (calls with promises of their own)  ←  gate ┊ task task task …  ←  gate ┊ task task …
 *
 * When the line runs low the oldest gate opens. Its derived promises come to life in the order of
 * arrival, and each follows the promise of the call that enters the line for it.
 */
export class Backlog {
  /** Tasks that wait here. */
  size = 0;
  private readonly owner: BacklogOwner;
  /** Oldest first. */
  private readonly gates = new RingBuffer<Gate>();
  private newest: Gate | null = null;
  /** The gate that is open, until the last of its tasks has left. */
  private current: Gate | null = null;
  private place = 0;
  private closedWith: { readonly error: unknown } | null = null;
  private readonly enter: () => Promise<unknown>;

  constructor(owner: BacklogOwner) {
    this.owner = owner;
    this.enter = () => this.next();
  }

  /** Adds a task; gives the promise of its value. */
  add(task: PoolTask<unknown>, order: number): Promise<unknown> {
    const gate = this.gateFor(order);
    gate.tasks.push(task);
    this.size++;
    return nativeThen.call(gate.promise, this.enter);
  }

  /** The number of the task that is next, or Infinity. */
  get oldest(): number {
    if (this.current !== null) return this.current.first + this.place;
    return this.gates.peek()?.first ?? Infinity;
  }

  /** Opens the oldest gate, unless one is open; its tasks enter the line within the present turn. */
  open(): void {
    if (this.current !== null) return;
    const gate = this.gates.shift();
    if (gate === undefined) return;
    if (gate === this.newest) this.newest = null;
    this.current = gate;
    this.place = 0;
    gate.open();
  }

  /** Rejects the promises of all that wait here. */
  close(error: unknown): void {
    this.closedWith = { error };
    this.size = 0;
    this.newest = null;
    this.current = null;
    for (let gate = this.gates.shift(); gate !== undefined; gate = this.gates.shift()) gate.open();
  }

  /** A derived promise has come to life. It is that of the open gate's next task. */
  private next(): Promise<unknown> {
    const gate = this.current;
    if (this.closedWith !== null || gate === null) return Promise.reject(this.closedWith?.error);
    const task = gate.tasks[this.place] as PoolTask<unknown>;
    const order = gate.first + this.place++;
    this.size--;
    if (this.place === gate.tasks.length) this.current = null;
    return this.owner.admit(task, order);
  }

  private gateFor(order: number): Gate {
    const { newest } = this;
    if (newest !== null) {
      const { first, tasks } = newest;
      if (tasks.length < GATE_TASKS && order === first + tasks.length) return newest;
    }
    let open: () => void = () => undefined;
    const promise = new Promise<void>((resolve) => {
      open = resolve;
    });
    const gate = { promise, open, tasks: [], first: order };
    this.newest = gate;
    this.gates.push(gate);
    return gate;
  }
}
