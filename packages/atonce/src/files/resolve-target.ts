import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { systemCode } from './system-error.ts';

/**
 * The file that `path` means once every symbolic link is followed. The file need not exist; the
 * folder it stands in must.
 *
 * @throws the system's error, for instance `ENOENT` for a missing folder or `ELOOP`.
 */
export async function resolveTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  const absolute = resolve(path);
  const target = join(await realpath(dirname(absolute)), basename(absolute));
  const link = await linkText(target);
  return link === undefined ? target : resolveTarget(resolve(dirname(target), link));
}

/** Where a symbolic link points; undefined when there is no link. */
async function linkText(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'EINVAL') return undefined;
    throw error;
  }
}
