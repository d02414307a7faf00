import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { refuse } from '../../kernel/checks.ts';
import { AtonceError } from '../../kernel/errors.ts';
import { resolveTarget } from '../resolve-target.ts';
import { systemFailure } from '../system-error.ts';
import { lockByAbstractSocket } from './abstract-socket.ts';
import type { LockMethod } from './attempt.ts';
import { lockByNamedPipe } from './named-pipe.ts';
import { lockBySocketFolder } from './socket-folder.ts';

/** The exclusive use of a file, until `release` or the end of the process, however that comes. */
export interface FileLock extends AsyncDisposable {
  /** The locked file with every symbolic link followed. */
  readonly path: string;
  /** Frees the lock; calling it again does nothing. */
  release(): Promise<void>;
}

/** The file is locked. `code` is `E_LOCKED`. */
export class LockedError extends AtonceError {
  /** The process that holds the lock; undefined when that could not be found out. */
  readonly pid: number | undefined;

  constructor(path: string, pid: number | undefined) {
    super('E_LOCKED', `${path} is in use by ${holder(pid)}`);
    this.name = 'LockedError';
    this.pid = pid;
  }
}

function holder(pid: number | undefined): string {
  if (pid === undefined) return 'another process';
  return pid === process.pid ? `this process (${pid}) already` : `process ${pid}`;
}

/**
 * Takes a file for this process alone, without waiting. The kernel holds the lock: it survives
 * neither a crash nor `kill -9`, and a stopped (SIGSTOP) holder keeps it. The file need not exist
 * and is not touched; its folder must exist. The lock binds those who ask for it, of one user on one
 * machine: it does not reach over a network file system nor into another container. It does not
 * keep the process alive.
 *
 * @throws LockedError `E_LOCKED` naming the holder; AtonceError `E_FILE` when the path cannot be resolved.
 */
export async function lockFile(path: string): Promise<FileLock> {
  if (typeof path !== 'string' || path === '') throw refuse('path', 'a file path', path);
  try {
    const target = await resolveTarget(path);
    const attempt = await method()(lockName(target));
    if (!attempt.ok) throw new LockedError(path, attempt.pid);
    let released: Promise<void> | undefined;
    const release = (): Promise<void> => (released ??= attempt.release());
    return { path: target, release, [Symbol.asyncDispose]: release };
  } catch (error) {
    throw systemFailure('E_FILE', `Cannot lock ${path}`, error);
  }
}

/** Names never show the path, and one user's never meet another's. */
function lockName(target: string): string {
  const hash = createHash('sha256').update(target).digest('hex');
  const user = process.getuid?.() ?? userInfo().username.replaceAll(/\W/g, '');
  return `atonce-${user}-${hash}`;
}

function method(): LockMethod {
  if (process.platform === 'linux') return lockByAbstractSocket;
  return process.platform === 'win32' ? lockByNamedPipe : lockBySocketFolder;
}
