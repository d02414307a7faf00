import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { commandFolder } from '../../../test/support/command-folder.ts';
import { root } from '../../../test/support/repository.ts';

const cache = join(root, 'node_modules/.cache');
const bin: string = commandFolder(join(cache, 'examples'));

export const examples: string = join(root, 'examples');

/** How a program ended. */
export interface Ended {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of this folder as a reader would, without colours and live progress. */
export function runExample(
  file: string,
  args: readonly string[] = [],
  program: string = process.execPath,
): Promise<Ended> {
  const path = [bin, process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path, NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile(
      program,
      [join(examples, file), ...args],
      { cwd: root, env },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : (error.code ?? null), stdout, stderr }),
    );
  });
}
