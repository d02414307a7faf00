import { AtonceError } from '../kernel/errors.ts';
import { messageOf } from './error-text.ts';
import { sendDivided } from './send-divided.ts';
import { isTransferred } from './transfer.ts';
import type { TransferableObject } from './transfer.ts';
import { encodeError } from './wire-error.ts';
import type { WireError } from './wire-error.ts';
import type { ResultsMessage } from './wire.ts';

/** Sends a results message; throws when a value cannot be copied. */
export type PostResults = (
  message: ResultsMessage,
  transferList: readonly TransferableObject[],
) => void;

type At<T> = readonly [position: number, what: T];

/** Up to this many durations, plain numbers are cheaper to send than a typed array. */
const FEW = 32;

/** What a chunk has finished and not yet told, on the worker's side. */
export class FinishedItems {
  private readonly post: PostResults;
  private first: number;
  private values: unknown[] = [];
  private failures: At<WireError>[] = [];
  private moves: At<readonly TransferableObject[]>[] = [];
  private durations: number[] = [];
  private totalMs = 0;
  /** Part of the items' time in which nothing was to do; set before `flush`. */
  waitedMs = 0;

  constructor(first: number, post: PostResults) {
    this.first = first;
    this.post = post;
  }

  /** Sequence number of the first item not told of yet. */
  get next(): number {
    return this.first;
  }

  succeeded(value: unknown, durationMs: number): void {
    if (isTransferred(value)) {
      this.moves.push([this.values.length, value.transferList]);
      this.values.push(value.value);
    } else this.values.push(value);
    this.durations.push(durationMs);
    this.totalMs += durationMs;
  }

  failed(error: WireError, durationMs: number): void {
    this.failures.push([this.values.length, error]);
    this.values.push(undefined);
    this.durations.push(durationMs);
    this.totalMs += durationMs;
  }

  /** Sends what is finished. A value that cannot be copied becomes that item's failure. */
  flush(): void {
    sendDivided(this.values.length, {
      send: (from, to) => this.#send(from, to),
      refused: (position, error) => this.#sendRefusal(position, error),
    });
    this.first += this.values.length;
    this.values = [];
    this.failures = [];
    this.moves = [];
    this.durations = [];
    this.totalMs = 0;
    this.waitedMs = 0;
  }

  #send(from: number, to: number): void {
    const whole = from === 0 && to === this.values.length;
    const durations = whole ? this.durations : this.durations.slice(from, to);
    const message: ResultsMessage = {
      kind: 'results',
      first: this.first + from,
      values: whole ? this.values : this.values.slice(from, to),
      failures: whole ? this.failures : within(this.failures, from, to),
      durations: durations.length <= FEW ? durations : Float64Array.from(durations),
      workMs: whole ? this.totalMs : sum(durations),
      waitedMs: whole ? this.waitedMs : 0,
    };
    const moves = whole ? this.moves : within(this.moves, from, to);
    this.post(message, moves.length === 0 ? [] : moves.flatMap(([, list]) => list));
  }

  #sendRefusal(position: number, error: unknown): void {
    const failure = new AtonceError(
      'E_UNSERIALISABLE',
      `The task's result cannot be sent to the caller: ${messageOf(error)}`,
      { cause: error },
    );
    const durations = this.durations.slice(position, position + 1);
    this.post(
      {
        kind: 'results',
        first: this.first + position,
        values: [undefined],
        failures: [[0, encodeError(failure)]],
        durations,
        workMs: sum(durations),
        waitedMs: 0,
      },
      [],
    );
  }
}

/** The entries of a sparse list that lie in a range, counted from its start. */
function within<T>(list: readonly At<T>[], from: number, to: number): At<T>[] {
  return list.filter(([at]) => at >= from && at < to).map(([at, what]) => [at - from, what]);
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
