import { randomBytes } from 'node:crypto';
import { open, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkInteger, checkNames, refuse } from '../kernel/checks.ts';
import { AtonceError } from '../kernel/errors.ts';
import { resolveTarget } from './resolve-target.ts';
import { syncFolder } from './sync-folder.ts';
import { systemCode, systemFailure } from './system-error.ts';

/** How `writeFileAtomic` writes. */
export interface WriteFileAtomicOptions {
  /**
   * Permission bits of the file, for instance `0o600`.
   *
   * @defaultValue those of the file that is replaced; `0o666` less the umask for a new one
   */
  readonly mode?: number;
  /**
   * Wait until the content and the name have reached the disk, so that they survive a power loss.
   * Without it the file still is whole or absent after the process was killed.
   *
   * @defaultValue true
   */
  readonly durable?: boolean;
}

/**
 * Writes a file so that a reader, at any moment and after any crash, finds the old content or the
 * new one, never a part: a temporary file beside it is renamed onto it. Symbolic links are followed;
 * the temporary file is removed on every failure.
 *
 * @throws AtonceError `E_FILE` with the system's error as `cause`; also for what is not a regular file.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: WriteFileAtomicOptions = {},
): Promise<void> {
  check(path, data, options);
  const { mode, durable = true } = options;
  try {
    const target = await resolveTarget(path);
    await replace(target, data, { mode: mode ?? (await modeOf(target)), durable });
  } catch (error) {
    throw systemFailure('E_FILE', `Cannot write ${path}`, error);
  }
}

function check(path: string, data: unknown, options: WriteFileAtomicOptions): void {
  if (typeof path !== 'string' || path === '') throw refuse('path', 'a file path', path);
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
    throw refuse('data', 'a string or a Uint8Array', data);
  }
  checkNames('writeFileAtomic', options, ['mode', 'durable']);
  if (options.mode !== undefined) checkInteger('mode', options.mode, { min: 0, max: 0o7777 });
}

interface Manner {
  readonly mode: number | undefined;
  readonly durable: boolean;
}

async function replace(target: string, data: string | Uint8Array, manner: Manner): Promise<void> {
  const folder = dirname(target);
  const temporary = join(folder, `.atonce-${randomBytes(9).toString('base64url')}.tmp`);
  const handle = await open(temporary, 'wx', manner.mode ?? 0o666);
  try {
    await fill(handle, data, manner);
    await rename(temporary, target);
  } catch (error) {
    // Already failing: the first error is the one to tell.
    await unlink(temporary).catch(() => {});
    throw error;
  }
  if (manner.durable) await syncFolder(folder);
}

async function fill(handle: FileHandle, data: string | Uint8Array, manner: Manner): Promise<void> {
  try {
    // The mode given to `open` is narrowed by the umask.
    if (manner.mode !== undefined) await handle.chmod(manner.mode);
    await handle.writeFile(data);
    if (manner.durable) await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Mode of the file to be replaced; undefined when there is none. */
async function modeOf(target: string): Promise<number | undefined> {
  try {
    const found = await stat(target);
    if (found.isFile()) return found.mode & 0o7777;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  throw new AtonceError('E_FILE', `Cannot write ${target}: it is not a regular file`);
}
