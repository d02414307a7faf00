import { FinishedItems } from './finished-items.ts';
import type { PostResults } from './finished-items.ts';
import { loadTask, loadedTask } from './load-task.ts';
import type { LoadedTask } from './load-task.ts';
import { GO_ON, IDLE, LOADING, startStamp } from './status-cell.ts';
import { isThenable } from './thenable.ts';
import { WorkerContext } from './worker-context.ts';
import type { ContextHost } from './worker-context.ts';
import { decodeError, encodeError } from './wire-error.ts';
import type { ChunkMessage, Range, StopMessage, ToWorker } from './wire.ts';

/** A chunk tells what it has finished after this long, so that a slow item does not hold back the others. */
const FLUSH_MS = 10;

/** What the loop needs of the thread or process it runs in. */
export interface LoopHost extends ContextHost {
  readonly postResults: PostResults;
}

/** Runs chunks one after another, and the items of a chunk one after another. The worker's side. */
export class TaskLoop {
  readonly #host: LoopHost;
  readonly #waiting: ChunkMessage[] = [];
  #stops: StopMessage[] = [];
  #running = false;
  #context: WorkerContext | undefined;
  #chunk: ChunkMessage | undefined;
  #finished: FinishedItems | undefined;
  #inCall = false;

  constructor(host: LoopHost) {
    this.#host = host;
  }

  receive(message: ToWorker): void {
    if (message.kind === 'stop') return this.#stop(message);
    if (message.kind === 'ask') return this.#tellPending(message.before);
    this.#waiting.push(message);
    if (!this.#running) void this.#run();
  }

  /** The worker is about to end: tells what it has finished, and whether the running item did it. */
  end(): void {
    this.#host.post({ kind: 'exiting', inCall: this.#inCall });
    this.#finished?.flush();
  }

  #stop(message: StopMessage): void {
    this.#stops.push(message);
    const context = this.#context;
    if (context !== undefined && concerns(message, context.sequence))
      context.stop(decodeError(message.reason));
  }

  #tellPending(before: number): void {
    const ranges: Range[] = this.#waiting.map(({ first, items }) => ({
      first,
      count: items.length,
    }));
    const chunk = this.#chunk;
    if (chunk !== undefined && this.#finished !== undefined) {
      const { next } = this.#finished;
      ranges.push({ first: next, count: chunk.first + chunk.items.length - next });
    }
    this.#host.post({ kind: 'pending', before, ranges });
  }

  #isStopped(sequence: number): boolean {
    if (this.#host.cell.stopRequest(sequence) !== GO_ON) return true;
    return this.#stops.length > 0 && this.#stops.some((stop) => concerns(stop, sequence));
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let chunk = this.#waiting.shift(); chunk !== undefined; chunk = this.#waiting.shift()) {
      const finished = new FinishedItems(chunk.first, this.#host.postResults);
      this.#chunk = chunk;
      this.#finished = finished;
      await this.#runChunk(chunk, finished);
      this.#host.cell.rest(IDLE);
      finished.flush();
    }
    this.#running = false;
    // All that they could concern is done.
    this.#stops = [];
  }

  async #runChunk(chunk: ChunkMessage, finished: FinishedItems): Promise<void> {
    let task = loadedTask(chunk.url, chunk.exportName);
    if (task === undefined) {
      this.#host.cell.rest(LOADING);
      try {
        task = await loadTask(chunk.url, chunk.exportName);
      } catch (error) {
        const failure = encodeError(error);
        chunk.items.forEach(() => finished.failed(failure, 0));
        return;
      }
    }
    await this.#runItems(task, chunk, finished);
  }

  async #runItems(task: LoadedTask, chunk: ChunkMessage, finished: FinishedItems): Promise<void> {
    const { cell } = this.#host;
    const { items, first, timeoutMs } = chunk;
    let now = performance.now();
    let flushedAt = now;
    let utilization: Utilization | undefined;
    for (let position = 0; position < items.length; position++) {
      const sequence = first + position;
      if (this.#isStopped(sequence)) {
        finished.failed({ kind: 'stopped' }, 0);
        continue;
      }
      cell.start(sequence, timeoutMs === undefined ? undefined : startStamp());
      const context = new WorkerContext(this.#host, {
        sequence,
        index: at(chunk.indexes, position, 1),
        attempt: at(chunk.attempts, position, 0),
        timeoutMs,
      });
      this.#context = context;
      const started = now;
      try {
        this.#inCall = true;
        const called = task(items[position], context);
        this.#inCall = false;
        let value = called;
        if (isThenable(called)) {
          utilization ??= performance.eventLoopUtilization();
          value = await called;
        }
        now = performance.now();
        finished.succeeded(value, now - started);
      } catch (error) {
        this.#inCall = false;
        now = performance.now();
        finished.failed(
          context.isReason(error) ? { kind: 'stopped' } : encodeError(error),
          now - started,
        );
      }
      context.finish();
      if (now - flushedAt > FLUSH_MS) {
        finished.waitedMs = idleSince(utilization);
        utilization = undefined;
        finished.flush();
        now = performance.now();
        flushedAt = now;
      }
    }
    finished.waitedMs = idleSince(utilization);
    this.#context = undefined;
  }
}

type Utilization = ReturnType<typeof performance.eventLoopUtilization>;

/** Milliseconds since then in which the event loop had nothing to do. */
function idleSince(then: Utilization | undefined): number {
  return then === undefined ? 0 : performance.eventLoopUtilization(then).idle;
}

function concerns({ first, count }: StopMessage, sequence: number): boolean {
  return sequence >= first && sequence < first + count;
}

/** Entry of a list, or of a sequence given by its first number and step. */
function at(list: number | readonly number[], position: number, step: number): number {
  return typeof list === 'number' ? list + position * step : (list[position] as number);
}
