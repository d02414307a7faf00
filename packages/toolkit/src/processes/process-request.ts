import type { ProcessEnd } from './process-end.ts';

/** Where one of a process's output streams goes. */
export type OutputSink =
  | { readonly to: 'nowhere' }
  /** Our own stream of the same number, shared with the process. */
  | { readonly to: 'ours' }
  /** A file that is open here for writing, and a path under which another process of ours can open it too. */
  | { readonly to: 'file'; readonly fd: number; readonly path: string }
  /** A function of ours; a promise it returns holds the process back until it settles. */
  | { readonly to: 'reader'; readonly read: (chunk: Uint8Array) => void | Promise<void> };

/** A process to start. Its standard input is empty. */
export interface ProcessCommand {
  /** Program, looked for in the `PATH` of `env` when it holds no slash. */
  readonly file: string;
  readonly args: readonly string[];
  /** Folder to run in; undefined for the current one. */
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutputSink;
  readonly stderr: OutputSink;
}

/** A process to run to its end. */
export interface ProcessRequest extends ProcessCommand {
  /** Milliseconds it may take before its whole group is ended; undefined for no limit. */
  readonly timeoutMs: number | undefined;
  /** Milliseconds between TERM and KILL. */
  readonly graceMs: number;
  /**
   * How long the start is tried again while too many files or processes are open or memory is
   * short, milliseconds.
   *
   * @defaultValue 20000
   */
  readonly shortageMs?: number | undefined;
  /** Ends the whole group when aborted: TERM, grace, KILL. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the whole group when aborted: KILL at once. */
  readonly killNow?: AbortSignal | undefined;
}

/** What became of a process. */
export interface ProcessResult {
  readonly end: ProcessEnd;
  /** It could not be started for want of files, processes or memory: a moment later it may. */
  readonly shortage: boolean;
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Wall-clock milliseconds since 1970; when it could not be started, when that was known. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Living members of its group after the KILL, which should be none; 0 when nothing had to be killed. */
  readonly leftProcesses: number;
}
