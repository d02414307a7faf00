import type { OutputSink } from '../../processes/process-request.ts';

/** One attempt's output on its way to ours. */
export interface JobOutput {
  readonly stdout: OutputSink;
  readonly stderr: OutputSink;
  /** Bytes on both streams, once the job has ended. */
  readonly bytes: number;
  /** Bytes on the standard output, once the job has ended. */
  readonly stdoutBytes: number;
  /** Why the output could not be kept, if so: the job has failed then. */
  readonly problem: string | undefined;
  /** The job ended: hands over what has not been handed over yet. A promise means: it takes a while. */
  deliver(): Promise<void> | undefined;
  /** The job ended and its output must wait for its turn: keeps as little open as possible. */
  rest(): void;
  /** While it waits for its turn and files are short: gives back those it still holds. */
  relieve(): void;
  /** Throws away what has not been handed over, as after an attempt that is followed by another. */
  discard(): void;
}

/** What an output needs to know of its job. */
export interface OutputJob {
  readonly sequence: number;
  /** Stands before each line; empty for nothing. */
  readonly prefix: string;
  /** Files that keep the output, besides passing it on. */
  readonly keepIn: { readonly stdout: string; readonly stderr: string } | undefined;
}

/** One way for jobs' output to reach ours. */
export interface OutputMode {
  /** @throws the system's error when a file cannot be opened. */
  open(job: OutputJob): JobOutput;
  /** Hands over the output that an earlier run kept. */
  replay(job: OutputJob): Promise<void> | undefined;
  /** All jobs have ended. */
  close(): void;
}
