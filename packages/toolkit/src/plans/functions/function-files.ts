import { writeSync } from 'node:fs';
import type { JobEnd } from '../../runs/report.ts';
import { SpoolFile } from '../../runs/output/spool-file.ts';
import type { FunctionAnswer, FunctionCall } from './function-call.ts';

/** Larger values belong into files. */
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;

/** Node's exit code for a module that waits while no timer, file or socket is open any more. */
const NOTHING_LEFT = 13;

/** How a function's process is asked and answers: two files without names, so that nothing is left behind. */
export class FunctionFiles {
  readonly #call: SpoolFile;
  readonly #answer: SpoolFile;

  /** @throws the system's error when they cannot be written. */
  constructor(call: FunctionCall) {
    const bytes = Buffer.from(JSON.stringify(call));
    this.#call = SpoolFile.temporary();
    let answer: SpoolFile | undefined;
    try {
      answer = SpoolFile.temporary();
      for (let done = 0; done < bytes.length;)
        done += writeSync(this.#call.sink.fd, bytes, done, bytes.length - done);
    } catch (error) {
      this.#call.close();
      answer?.close();
      throw error;
    }
    this.#answer = answer;
  }

  /** The arguments that the process needs. */
  get paths(): readonly [string, string] {
    return [this.#call.sink.path, this.#answer.sink.path];
  }

  /** What it answered, given how its process ended. */
  answer(end: JobEnd): {
    readonly end: JobEnd;
    readonly answer?: Extract<FunctionAnswer, { ok: true }>;
  } {
    // Whoever was stopped or killed may have answered before, but has not ended well.
    if (end.kind !== 'exit') return { end };
    const { bytes } = this.#answer;
    if (bytes > MOST_ANSWER_BYTES) return { end: failed('the value is larger than 16 MiB') };
    const answer = parsed(this.#answer.readAll(bytes).toString('utf8'));
    if (answer === undefined) return { end: failed(whyNone(end.code)) };
    if (!answer.ok) return { end: { kind: 'error', ...answer.error } };
    return { end, answer };
  }

  close(): void {
    this.#call.close();
    this.#answer.close();
  }
}

function whyNone(exitCode: number): string {
  return exitCode === NOTHING_LEFT
    ? 'it waits for something that can never come: nothing is left that could end it'
    : `the process ended with ${exitCode} before the function had`;
}

function failed(message: string): JobEnd {
  return { kind: 'error', name: 'Error', message };
}

function parsed(text: string): FunctionAnswer | undefined {
  try {
    return JSON.parse(text) as FunctionAnswer;
  } catch {
    // Nothing, or cut off: there is no answer.
    return undefined;
  }
}
