import { AtonceError } from 'atonce';
import type { OutputWriter } from '../output-writer.ts';
import { systemMessage } from '../system-message.ts';
import type { JobOutput, OutputJob, OutputMode } from './job-output.ts';
import { LinePrefixer } from './line-prefixer.ts';
import { SpoolFile } from './spool-file.ts';

/** Output up to this size is read at once, and may wait for its turn in memory. */
const SMALL_BYTES = 64 * 1024;

/** Where a whole job's output goes, one job at a time. */
export class GroupedOutput implements OutputMode {
  readonly #stdout: OutputWriter;
  readonly #stderr: OutputWriter;
  /** Takes the large outputs that wait for their turn when files are short; opened while they are not. */
  readonly #overflow: SpoolFile | undefined;
  #busy = false;
  readonly #queue: (() => void)[] = [];

  /** @throws AtonceError `E_FILE` when there is no room for temporary files. */
  constructor(stdout: OutputWriter, stderr: OutputWriter, keepsOrder: boolean) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#overflow = keepsOrder ? openOverflow() : undefined;
  }

  open(job: OutputJob): JobOutput {
    const { keepIn } = job;
    const open = (file: string | undefined): SpoolFile =>
      file === undefined ? SpoolFile.temporary() : SpoolFile.lasting(file);
    const stdout = open(keepIn?.stdout);
    try {
      return new SpooledOutput(this, job, { stdout, stderr: open(keepIn?.stderr) });
    } catch (error) {
      stdout.close();
      throw error;
    }
  }

  replay(job: OutputJob): Promise<void> | undefined {
    const { keepIn } = job;
    if (keepIn === undefined) return undefined;
    const stdout = SpoolFile.existing(keepIn.stdout);
    return new SpooledOutput(this, job, {
      stdout,
      stderr: SpoolFile.existing(keepIn.stderr),
    }).deliver();
  }

  /** The same output, in a file that all share, if it is in one of its own. */
  shared(output: Spooled): Spooled {
    if (!(output instanceof SpoolFile) || this.#overflow === undefined) return output;
    const { start, end } = this.#overflow.append(output);
    output.close();
    return { file: this.#overflow, start, end };
  }

  close(): void {
    this.#overflow?.close();
  }

  /** Writes a job's output, when those before it are written. */
  async print(stdout: Spooled, stderr: Spooled, prefix: string): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#busy = true;
    try {
      await copy(stdout, this.#stdout, prefix);
      await copy(stderr, this.#stderr, prefix);
    } finally {
      this.#busy = false;
      this.#queue.shift()?.();
    }
  }
}

function openOverflow(): SpoolFile {
  try {
    return SpoolFile.temporary();
  } catch (error) {
    throw new AtonceError('E_FILE', systemMessage('a temporary file', error), { cause: error });
  }
}

/** A stream's output: in its file, read already, or a part of the file that all share. */
type Spooled = SpoolFile | Buffer | Region;

interface Region {
  readonly file: SpoolFile;
  readonly start: number;
  readonly end: number;
}

interface Pair<T> {
  readonly stdout: T;
  readonly stderr: T;
}

class SpooledOutput implements JobOutput {
  readonly problem = undefined;
  readonly #owner: GroupedOutput;
  readonly #prefix: string;
  readonly #files: Pair<SpoolFile>;
  #measured: Pair<number> | undefined;
  #resting: Pair<Spooled> | undefined;

  constructor(owner: GroupedOutput, { prefix }: OutputJob, files: Pair<SpoolFile>) {
    this.#owner = owner;
    this.#prefix = prefix;
    this.#files = files;
  }

  get stdout(): SpoolFile['sink'] {
    return this.#files.stdout.sink;
  }

  get stderr(): SpoolFile['sink'] {
    return this.#files.stderr.sink;
  }

  get bytes(): number {
    const { stdout, stderr } = this.#sizes();
    return stdout + stderr;
  }

  get stdoutBytes(): number {
    return this.#sizes().stdout;
  }

  deliver(): Promise<void> | undefined {
    const { stdout, stderr } = this.#resting ?? this.#reduce();
    const nothing = stdout instanceof Buffer && stderr instanceof Buffer;
    if (nothing && stdout.length + stderr.length === 0) return undefined;
    return this.#print(stdout, stderr);
  }

  rest(): void {
    this.#reduce();
  }

  relieve(): void {
    if (this.#resting === undefined) return;
    const { stdout, stderr } = this.#resting;
    this.#resting = { stdout: this.#owner.shared(stdout), stderr: this.#owner.shared(stderr) };
  }

  discard(): void {
    const { stdout, stderr } = this.#resting ?? this.#files;
    for (const one of [stdout, stderr]) if (one instanceof SpoolFile) one.close();
  }

  #reduce(): Pair<Spooled> {
    const { stdout, stderr } = this.#files;
    const sizes = this.#sizes();
    this.#resting = {
      stdout: reduced(stdout, sizes.stdout),
      stderr: reduced(stderr, sizes.stderr),
    };
    return this.#resting;
  }

  /** Asked for after the job's end only, so they are measured once. */
  #sizes(): Pair<number> {
    const { stdout, stderr } = this.#files;
    this.#measured ??= { stdout: stdout.bytes, stderr: stderr.bytes };
    return this.#measured;
  }

  async #print(stdout: Spooled, stderr: Spooled): Promise<void> {
    try {
      await this.#owner.print(stdout, stderr, this.#prefix);
    } finally {
      this.discard();
    }
  }
}

/** Small output is taken into memory and its file closed: many jobs may have to wait for one. */
function reduced(file: SpoolFile, bytes: number): Spooled {
  if (bytes > SMALL_BYTES) return file;
  const all = file.readAll(bytes);
  file.close();
  return all;
}

async function copy(from: Spooled, to: OutputWriter, prefix: string): Promise<void> {
  const prefixer = prefix === '' ? undefined : new LinePrefixer(prefix);
  for await (const chunk of chunksOf(from)) await to.write(prefixer?.push(chunk) ?? chunk);
  if (prefixer !== undefined) await to.write(prefixer.finish());
}

function chunksOf(from: Spooled): Iterable<Buffer> | AsyncIterable<Buffer> {
  if (from instanceof SpoolFile) return from.chunks();
  return 'file' in from ? from.file.chunks(from.start, from.end) : [from];
}
