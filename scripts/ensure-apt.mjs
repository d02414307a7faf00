// Programs that some tests need and Debian packages bring. Never required: a test without its program skips.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run-step.mjs';

/** Whether the program is on the PATH. */
export function hasProgram(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Tries to install the program when it is missing, apt-get is there and we are root. */
export async function ensureProgram(program, debianPackage = program) {
  if (hasProgram(program)) return true;
  if (process.getuid?.() !== 0 || !hasProgram('apt-get')) return false;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends', debianPackage];
  const { ok } = await run('apt-get', install, { env });
  if (!ok) {
    await run('apt-get', ['update'], { env });
    await run('apt-get', install, { env });
  }
  return hasProgram(program);
}

/** The sentence a skipped test shows: what is missing and how to get it. */
export function howToGet(program, debianPackage = program) {
  return `skipped: ${program} is not installed; get it with "apt-get install ${debianPackage}"`;
}
