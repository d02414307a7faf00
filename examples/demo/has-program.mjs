// Is there such a program on the PATH?
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export async function hasProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder !== '' && (await isExecutable(join(folder, name)))) return true;
  }
  return false;
}

async function isExecutable(path) {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
