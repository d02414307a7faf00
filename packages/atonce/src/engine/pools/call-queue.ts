import { LEVELS, levelOf } from '../priority.ts';
import { Backlog } from './backlog.ts';
import { type Entry, PoolCall, type PoolTask, promiseForCall, type SlotWaiter } from './call.ts';
import { Line } from './line.ts';

/** Plain calls in line before the next ones wait in the backlog. */
const LONGEST_LINE = 1_024;

/** Once in so many times whoever has waited longest is next, so that the less urgent are not starved. */
const FAIR_TURN = 16;

const NORMAL = levelOf('normal');

/**
 * Who waits for a pool's slots: the more urgent first, among equals who came first. Calls without options
 * are kept apart, because only of them there are so many that their memory counts.
 */
export class CallQueue {
  /** Calls nested in tasks that hold a slot of another pool, or a share of the cap, which others may be waiting for. */
  readonly nested: Line = new Line();
  private readonly levels: readonly Line[] = Array.from({ length: LEVELS }, () => new Line());
  /** Calls without options, of normal urgency. */
  private readonly plain = new Line();
  private readonly backlog: Backlog = new Backlog(this);
  private readonly pump: () => void;
  private arrived = 0;
  private picks = 0;

  /** @param pump - Called when there may be something to start that was not there before. */
  constructor(pump: () => void) {
    this.pump = pump;
  }

  /** Entries that wait. */
  get size(): number {
    let size = this.nested.size + this.plain.size + this.backlog.size;
    for (const line of this.levels) size += line.size;
    return size;
  }

  /** Adds a call without options; gives its promise. */
  addPlain(task: PoolTask<unknown>): Promise<unknown> {
    const order = this.arrived++;
    if (this.backlog.size > 0 || this.plain.size >= LONGEST_LINE)
      return this.backlog.add(task, order);
    return this.enterPlain(task, order);
  }

  /** Adds an entry of an urgency; `nested` goes before all. */
  add(entry: Entry, level: number | 'nested'): void {
    entry.order = this.arrived++;
    const line = level === 'nested' ? this.nested : (this.levels[level] as Line);
    line.push(entry);
  }

  addWaiter(waiter: SlotWaiter): void {
    this.add(waiter, waiter.exempt ? 'nested' : NORMAL);
  }

  admit(task: PoolTask<unknown>, order: number): Promise<unknown> {
    const promise = this.enterPlain(task, order);
    this.pump();
    return promise;
  }

  /** The line whose head is next; undefined when nobody waits, or the next is just about to enter. */
  next(): Line | undefined {
    if (this.nested.size > 0) return this.nested;
    if (this.plain.size * 2 < LONGEST_LINE) this.backlog.open();
    if (this.picks % FAIR_TURN === FAIR_TURN - 1) return this.longestWaiting();
    for (let level = 0; level < LEVELS; level++) {
      const line = level === NORMAL ? this.normal() : (this.levels[level] as Line);
      if (line === undefined || line.size > 0) return line;
    }
    return undefined;
  }

  /** Takes the head of a line given by `next`. */
  take(line: Line): Entry {
    this.picks++;
    return line.shift() as Entry;
  }

  /** Empties the queue: `each` gets the entries, and calls of the backlog are rejected with `error`. */
  close(error: unknown, each: (entry: Entry) => void): void {
    const waiting: Entry[] = [];
    for (const line of [this.nested, this.plain, ...this.levels])
      for (let entry = line.shift(); entry !== undefined; entry = line.shift()) waiting.push(entry);
    for (const entry of waiting) each(entry);
    this.backlog.close(error);
  }

  /** Whether `line` goes before the cap over all pools. */
  isNested(line: Line): boolean {
    return line === this.nested;
  }

  private enterPlain(task: PoolTask<unknown>, order: number): Promise<unknown> {
    const promise = promiseForCall();
    const call = new PoolCall(task, null);
    call.order = order;
    this.plain.push(call);
    return promise;
  }

  /** Of the two lines of normal urgency the one whose head came first; undefined while that is in the backlog. */
  private normal(): Line | undefined {
    const other = this.levels[NORMAL] as Line;
    const isWaiting = this.plain.size > 0;
    if (!isWaiting && this.backlog.size === 0) return other;
    if (other.size > 0) {
      const first = isWaiting ? (this.plain.peek() as Entry).order : this.backlog.oldest;
      if ((other.peek() as Entry).order < first) return other;
    }
    return isWaiting ? this.plain : undefined;
  }

  private longestWaiting(): Line | undefined {
    let longest: Line | undefined;
    let oldest = Infinity;
    for (const line of [this.plain, ...this.levels]) {
      const order = line.peek()?.order ?? Infinity;
      if (order < oldest) [longest, oldest] = [line, order];
    }
    return longest;
  }
}
