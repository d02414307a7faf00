import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { OptionError } from 'atonce';

/** A function of a module, as it was named on a command line. */
export interface ModuleName {
  readonly module: string;
  readonly exportName: string;
}

/** Understands `./task.js#hash`; without `#` the default export is meant. */
export function parseModuleName(text: string): ModuleName {
  const hash = text.lastIndexOf('#');
  if (hash === -1) return { module: text, exportName: 'default' };
  return { module: text.slice(0, hash), exportName: text.slice(hash + 1) || 'default' };
}

/**
 * The `file:` URL of a module.
 *
 * @throws OptionError when there is no such file.
 */
export function findModule(module: string, cwd: string | undefined): URL {
  const file = module.startsWith('file:') ? fileURLToPath(module) : resolve(cwd ?? '.', module);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return pathToFileURL(file);
  throw new OptionError('module', `There is no module ${file}`);
}
