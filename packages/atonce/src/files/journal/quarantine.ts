import { createReadStream } from 'node:fs';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { syncFolder } from '../sync-folder.ts';
import { systemCode } from '../system-error.ts';

/** Copies what follows `offset` to a new file `<path>.corrupt-<offset>`, durably, and says where. */
export async function quarantine(path: string, offset: number): Promise<string> {
  const { name, handle } = await createNew(`${path}.corrupt-${offset}`);
  try {
    await pipeline(
      createReadStream(path, { start: offset }),
      handle.createWriteStream({ flush: true }),
    );
  } catch (error) {
    await unlink(name);
    throw error;
  }
  await syncFolder(dirname(path));
  return name;
}

/** Creates a file that did not exist, adding a number to its name when an earlier one has taken it. */
async function createNew(name: string, number = 1): Promise<{ name: string; handle: FileHandle }> {
  const candidate = number === 1 ? name : `${name}-${number}`;
  try {
    return { name: candidate, handle: await open(candidate, 'wx', 0o600) };
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return createNew(name, number + 1);
    throw error;
  }
}
