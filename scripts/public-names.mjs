// The names that each entry of each package exports at run time, read from the built packages.
import { readFile } from 'node:fs/promises';

const packages = ['atonce', 'toolkit'];

/** `{ 'atonce/threads': ['moduleTask', …], … }` for every entry that can be imported. */
export async function readPublicNames() {
  const names = {};
  for (const folder of packages) {
    const home = new URL(`../packages/${folder}/`, import.meta.url);
    const { name, exports } = JSON.parse(await readFile(new URL('package.json', home), 'utf8'));
    for (const [entry, target] of Object.entries(exports)) {
      if (typeof target === 'string') continue;
      const module = await import(new URL(target.default, home).href);
      names[name + entry.slice(1)] = Object.keys(module).toSorted();
    }
  }
  return names;
}
