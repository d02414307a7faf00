import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './repository.ts';

/**
 * Makes a folder, for the PATH, that holds the built `atonce` command. The link in node_modules will not
 * do: the compiler alone does not make its target executable.
 */
export function commandFolder(parent: string): string {
  const folder = join(parent, 'bin');
  const file = join(folder, 'atonce');
  const command = join(root, 'packages/toolkit/dist/faces/cli/bin.js');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n`);
  chmodSync(file, 0o755);
  return folder;
}
