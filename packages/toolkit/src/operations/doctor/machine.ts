import { execFile } from 'node:child_process';
import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { availableCores } from 'atonce';

/** Raw facts of the machine; undefined where it does not tell. */
export interface Machine {
  readonly platform: string;
  readonly nodeVersion: string;
  readonly processors: number;
  /** Those the scheduler may use for us. */
  readonly allowedProcessors: number;
  /** With CPU quotas. */
  readonly availableCores: number;
  readonly memoryBytes: number;
  /** Limit of the control group. */
  readonly memoryLimitBytes: number | undefined;
  readonly freeMemoryBytes: number;
  readonly openFileLimit: number | undefined;
  readonly gitVersion: string | undefined;
  readonly temporaryFolder: string;
  readonly temporaryFreeBytes: number | undefined;
}

/** Looks at the machine. */
export async function readMachine(): Promise<Machine> {
  const temporaryFolder = tmpdir();
  const memoryBytes = totalmem();
  const [openFileLimit, gitVersion, temporaryFreeBytes] = await Promise.all([
    readOpenFileLimit(),
    readGitVersion(),
    readFreeBytes(temporaryFolder),
  ]);
  return {
    platform: process.platform,
    nodeVersion: process.versions.node,
    processors: cpus().length,
    allowedProcessors: availableParallelism(),
    availableCores: availableCores(),
    memoryBytes,
    memoryLimitBytes: readMemoryLimit(memoryBytes),
    freeMemoryBytes: process.availableMemory(),
    openFileLimit,
    gitVersion,
    temporaryFolder,
    temporaryFreeBytes,
  };
}

/** Node says 0 or something beyond all memory where there is no limit. */
function readMemoryLimit(memoryBytes: number): number | undefined {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < memoryBytes ? limit : undefined;
}

async function readOpenFileLimit(): Promise<number | undefined> {
  try {
    const limits = await readFile('/proc/self/limits', 'utf8');
    const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(limits) ?? [];
    if (soft !== undefined) return soft === 'unlimited' ? Infinity : Number(soft);
  } catch {
    // Not Linux: the shell knows, below.
  }
  const text = await outputOf('sh', ['-c', 'ulimit -n']);
  if (text?.trim() === 'unlimited') return Infinity;
  return text === undefined || !/^\d+\s*$/.test(text) ? undefined : Number(text);
}

async function readGitVersion(): Promise<string | undefined> {
  const text = await outputOf('git', ['--version']);
  return text === undefined ? undefined : /\d+(?:\.\d+)+/.exec(text)?.[0];
}

async function readFreeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    // There is no such folder, or it cannot be looked at; the finding says so.
    return undefined;
  }
}

async function outputOf(file: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(file, args, { timeout: 5000 });
    return stdout;
  } catch {
    // Not installed, or it does not answer: not known.
    return undefined;
  }
}
