import type { Attempt, RunnerEvents } from '../engine/runner.ts';
import type { RingBuffer } from '../kernel/ring-buffer.ts';
import { LaneContext } from './lane-context.ts';
import type { LoadedTask } from './load-task.ts';
import type { PendingItem, Stride, StrideHost } from './stride.ts';
import { isThenable } from '../kernel/thenable.ts';
import { unwrapTransferred } from './transfer.ts';

type Entry = Attempt<unknown>;
type Answer =
  | { readonly entry: Entry; readonly value: unknown }
  | { readonly entry: Entry; readonly error: unknown };

/** Runs attempts that the engine has handed over. */
export class EntryStride implements Stride {
  readonly #host: StrideHost;
  readonly #events: RunnerEvents<unknown>;
  readonly #queue: RingBuffer<Entry>;
  #answers: Answer[] = [];
  #pending: PendingItem | undefined;

  constructor(host: StrideHost, events: RunnerEvents<unknown>, queue: RingBuffer<Entry>) {
    this.#host = host;
    this.#events = events;
    this.#queue = queue;
  }

  run(task: LoadedTask, most: number): number {
    this.#answers = [];
    this.#pending = undefined;
    while (this.#answers.length < most && this.#queue.size > 0 && !this.#host.isStopped) {
      const entry = this.#queue.shift() as Entry;
      const context = new LaneContext(entry.index, entry.attempt, entry, this.#events);
      const answer = this.#call(task, entry, context);
      if (answer === undefined) break;
      context.over = true;
      this.#answers.push(answer);
    }
    return this.#answers.length;
  }

  #call(task: LoadedTask, entry: Entry, context: LaneContext): Answer | undefined {
    let answer: Answer;
    try {
      const value = task(unwrapTransferred(entry.item), context);
      if (isThenable(value) && this.#host.trap.caught === undefined) {
        this.#pending = { entry, context, promise: value };
        return undefined;
      }
      answer = { entry, value };
    } catch (error) {
      answer = { entry, error };
    }
    const exit = this.#host.trap.take();
    return exit === undefined ? answer : { entry, error: exit };
  }

  tell(eachMs: number): PendingItem | undefined {
    const { record } = this.#host;
    for (const answer of this.#answers) {
      const { entry } = answer;
      if ('error' in answer) this.#events.failed(entry, answer.error, eachMs);
      else {
        record.sample(entry.item, answer.value);
        this.#events.succeeded(entry, unwrapTransferred(answer.value), eachMs);
      }
    }
    return this.#pending;
  }
}
