import { ChunkRun, concerns } from './chunk-run.ts';
import { FinishedItems } from './finished-items.ts';
import type { PostResults } from './finished-items.ts';
import { loadTask, loadedTask } from './load-task.ts';
import { IDLE, LOADING } from './status-cell.ts';
import type { ContextHost } from './worker-context.ts';
import { decodeError, encodeError } from './wire-error.ts';
import type { ChunkMessage, Range, StopMessage, ToWorker } from './wire.ts';

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
  #chunk: ChunkMessage | undefined;
  #finished: FinishedItems | undefined;
  #current: ChunkRun | undefined;

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
    this.#host.post({ kind: 'exiting', inCall: this.#current?.inCall === true });
    this.#finished?.flush();
  }

  #stop(message: StopMessage): void {
    // All that it could concern is done.
    if (!this.#running) return;
    this.#stops.push(message);
    const context = this.#current?.context;
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

  async #run(): Promise<void> {
    this.#running = true;
    for (let chunk = this.#waiting.shift(); chunk !== undefined; chunk = this.#waiting.shift()) {
      const finished = new FinishedItems(chunk.first, this.#host.postResults);
      this.#chunk = chunk;
      this.#finished = finished;
      await this.#runChunk(chunk, finished);
      this.#host.cell.rest(IDLE);
      finished.flush();
      this.#forgetStops();
    }
    this.#running = false;
  }

  /** Keeps those requests that concern chunks which wait: a worker may be busy for ever, and numbers are used again. */
  #forgetStops(): void {
    if (this.#stops.length === 0) return;
    this.#stops = this.#stops.filter((stop) =>
      this.#waiting.some(({ first, items }) => overlap(stop, { first, count: items.length })),
    );
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
    this.#current = new ChunkRun(this.#host, chunk, finished, this.#stops);
    await this.#current.run(task);
  }
}

function overlap(one: Range, other: Range): boolean {
  return one.first < other.first + other.count && other.first < one.first + one.count;
}
