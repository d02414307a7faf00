import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../../test/support/repository.ts';
import type { Ended } from './run-example.ts';

const bin = join(root, 'packages/toolkit/dist/faces/cli/bin.js');

/** Runs the built command, without colours and live progress. */
export function runCommand(
  args: readonly string[],
  { env = {} }: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const options = { cwd: root, env: { ...process.env, NO_COLOR: '1', ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? null), stdout, stderr }),
    );
  });
}
