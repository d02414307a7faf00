import { closeSync, writeSync } from 'node:fs';
import type { OutputSink } from '../../processes/process-request.ts';
import type { OutputWriter } from '../output-writer.ts';
import { systemMessage } from '../system-message.ts';
import type { JobOutput, OutputJob, OutputMode } from './job-output.ts';
import { LineCutter } from './line-cutter.ts';
import { SpoolFile } from './spool-file.ts';

/** How streamed output is passed on. */
export interface StreamedOptions {
  /** Whole lines, or bytes as they come. */
  readonly lines: boolean;
  /** Jobs may write to our own streams themselves; only for bytes as they come. */
  readonly shared: boolean;
  /** Told once of a stream with lines that had to be cut because they were longer than 1 MiB. */
  readonly onCutLine: (sequence: number) => void;
}

/** Output that is passed on while the job runs: whole lines, or bytes as they come. */
export class StreamedOutput implements OutputMode {
  readonly #writers: Readonly<Record<'stdout' | 'stderr', OutputWriter>>;
  readonly #options: StreamedOptions;

  constructor(stdout: OutputWriter, stderr: OutputWriter, options: StreamedOptions) {
    this.#writers = { stdout, stderr };
    this.#options = options;
  }

  open(job: OutputJob): JobOutput {
    const stdout = this.#stream(job, 'stdout');
    const stderr = this.#stream(job, 'stderr');
    return {
      stdout: stdout.sink,
      stderr: stderr.sink,
      get bytes() {
        return stdout.bytes + stderr.bytes;
      },
      get stdoutBytes() {
        return stdout.bytes;
      },
      get problem() {
        return stdout.problem ?? stderr.problem;
      },
      deliver: () => both(stdout.finish(), stderr.finish()),
      rest: () => undefined,
      relieve: () => undefined,
      // What was passed on cannot be taken back; a line without an end belongs to it.
      discard: () => void both(stdout.finish(), stderr.finish()),
    };
  }

  close(): void {
    // Nothing is held but what jobs hold.
  }

  replay(job: OutputJob): Promise<void> | undefined {
    const { keepIn } = job;
    if (keepIn === undefined) return undefined;
    return this.#replayBoth(job, keepIn);
  }

  async #replayBoth(job: OutputJob, keptIn: NonNullable<OutputJob['keepIn']>): Promise<void> {
    for (const stream of ['stdout', 'stderr'] as const) {
      const kept = SpoolFile.existing(keptIn[stream]);
      const live = new LiveStream(
        this.#writers[stream],
        { ...job, keepIn: undefined },
        this.#options,
      );
      for await (const chunk of kept.chunks()) await live.read(chunk);
      await live.finish();
      kept.close();
    }
  }

  #stream(job: OutputJob, stream: 'stdout' | 'stderr'): LiveStream {
    const { keepIn } = job;
    const keep = keepIn === undefined ? undefined : SpoolFile.lasting(keepIn[stream]);
    return new LiveStream(this.#writers[stream], job, this.#options, keep);
  }
}

class LiveStream {
  readonly sink: OutputSink;
  bytes = 0;
  problem: string | undefined;
  readonly #writer: OutputWriter;
  readonly #cutter: LineCutter | undefined;
  readonly #sequence: number;
  readonly #onCutLine: (sequence: number) => void;
  readonly #keepFd: number | undefined;
  #finished = false;

  constructor(
    writer: OutputWriter,
    { prefix, sequence }: OutputJob,
    { lines, shared, onCutLine }: StreamedOptions,
    keep?: SpoolFile,
  ) {
    this.#writer = writer;
    this.#sequence = sequence;
    this.#onCutLine = onCutLine;
    this.#cutter = lines ? new LineCutter(prefix) : undefined;
    this.#keepFd = keep?.sink.fd;
    const passedOn = shared && !lines && keep === undefined;
    this.sink = passedOn ? { to: 'ours' } : { to: 'reader', read: (chunk) => this.read(chunk) };
  }

  read(bytes: Uint8Array): Promise<void> | undefined {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.bytes += chunk.length;
    this.#keep(chunk);
    if (this.#cutter === undefined) return this.#writer.write(chunk);
    const before = this.#cutter.cutLines;
    const lines = this.#cutter.push(chunk);
    if (before === 0 && this.#cutter.cutLines > 0) this.#onCutLine(this.#sequence);
    return this.#writer.write(lines);
  }

  #keep(chunk: Buffer): void {
    if (this.#keepFd === undefined || this.problem !== undefined) return;
    try {
      for (let done = 0; done < chunk.length;) done += writeSync(this.#keepFd, chunk, done);
    } catch (error) {
      this.problem = systemMessage('its output could not be kept', error);
    }
  }

  finish(): Promise<void> | undefined {
    if (this.#finished) return undefined;
    this.#finished = true;
    if (this.#keepFd !== undefined) closeSync(this.#keepFd);
    return this.#cutter === undefined ? undefined : this.#writer.write(this.#cutter.finish());
  }
}

function both(
  one: Promise<void> | undefined,
  other: Promise<void> | undefined,
): Promise<void> | undefined {
  if (one === undefined) return other;
  return other === undefined ? one : Promise.all([one, other]).then(() => undefined);
}
