import type { Clock } from '../../kernel/clock.ts';
import type { GaveUp } from '../../kernel/outcome.ts';
import type { Job } from '../job.ts';
import { roomFor } from './columns.ts';
import { type Dispatcher, FAILED, SUCCEEDED } from './dispatcher.ts';
import type { TaskOutcome } from './outcome.ts';
import type { SkippedError } from './skipped-error.ts';
import type { TaskGraph } from './task-graph.ts';

/** How a task that gave no value ended. */
export interface Ending {
  readonly error: unknown;
  readonly gaveUp: GaveUp | 'skipped';
}

/** What became of each task of a run, as columns by task number. */
export class Records {
  /** Milliseconds in which the task was running, over all attempts. */
  ranMs: Float64Array = new Float64Array(0);
  /** When it was over. */
  endedMs: Float64Array = new Float64Array(0);
  size = 0;
  private readonly graph: TaskGraph;
  private readonly dispatcher: Dispatcher;
  /** The value of a success, the `Ending` of anything else. */
  private readonly ends: unknown[] = [];
  private attempts: Int32Array = new Int32Array(0);
  /** When it could have started, and when it first did. */
  private sinceMs: Float64Array = new Float64Array(0);
  private startedMs: Float64Array = new Float64Array(0);
  /** What to add to the time of the run's clock to have the wall clock's. */
  private readonly epochOffsetMs: number;

  constructor(graph: TaskGraph, dispatcher: Dispatcher, clock: Clock) {
    this.graph = graph;
    this.dispatcher = dispatcher;
    this.epochOffsetMs = clock.epoch() - clock.now();
  }

  /** Makes room for the tasks that were added. */
  extend(): void {
    const { size } = this.graph;
    this.size = size;
    this.ends.length = size;
    this.ranMs = roomFor(this.ranMs, size);
    this.attempts = roomFor(this.attempts, size);
    this.sinceMs = roomFor(this.sinceMs, size);
    this.startedMs = roomFor(this.startedMs, size);
    this.endedMs = roomFor(this.endedMs, size);
  }

  /** The task of a job is over: `end` is its value or its `Ending`. */
  ended(job: Job<number>, end: unknown, now: number): void {
    const task = job.index;
    this.ends[task] = end;
    this.ranMs[task] = job.ranMs;
    this.attempts[task] = job.attempt;
    this.startedMs[task] = job.startedAt;
    this.sinceMs[task] = job.takenAtMs;
    this.endedMs[task] = now;
  }

  /** The task is over and was never started. */
  endedUnstarted(task: number, end: Ending, now: number): void {
    this.ends[task] = end;
    this.sinceMs[task] = this.dispatcher.order.readySince(task) ?? now;
    this.endedMs[task] = now;
  }

  /** The error of a task that failed or was skipped. */
  errorOf(task: number): unknown {
    return (this.ends[task] as Ending).error;
  }

  outcome(task: number): TaskOutcome {
    const durationMs = this.ranMs[task] as number;
    const endedMs = this.endedMs[task] as number;
    const item = this.graph.names[task] as string;
    const attempts = this.attempts[task] as number;
    // A whole number, as wall clocks give it.
    const startedAt =
      attempts === 0 ? 0 : Math.round((this.startedMs[task] as number) + this.epochOffsetMs);
    const waitedMs = Math.max(0, endedMs - (this.sinceMs[task] as number) - durationMs);
    const late = endedMs > (this.dispatcher.deadlines[task] as number);
    const facts = { item, index: task, attempts, startedAt, durationMs, waitedMs, resumed: false };
    const end = this.ends[task];
    if (this.dispatcher.states[task] === SUCCEEDED) return { ok: true, value: end, ...facts, late };
    const { error, gaveUp } = end as Ending;
    const isHopeless = gaveUp === 'skipped' && (error as SkippedError).reason === 'deadline';
    return { ok: false, error, gaveUp, ...facts, late: late || isHopeless };
  }

  /** Values of the dependencies that succeeded, or errors of those that did not, by name and without a prototype. */
  dependencies(task: number, succeeded: boolean): Readonly<Record<string, unknown>> {
    const { needStarts, needs, names } = this.graph;
    const { states } = this.dispatcher;
    const record = Object.create(null) as Record<string, unknown>;
    const end = needStarts[task + 1] as number;
    for (let at = needStarts[task] as number; at < end; at++) {
      const need = needs[at] as number;
      if (states[need] !== (succeeded ? SUCCEEDED : FAILED)) continue;
      record[names[need] as string] = succeeded ? this.ends[need] : this.errorOf(need);
    }
    return record;
  }
}
