// Writes test/public-names.json from the built packages. Run after a public name was added on purpose.
import { writeFile } from 'node:fs/promises';
import { ensureBuilt } from './ensure-built.mjs';
import { readPublicNames } from './public-names.mjs';

const built = await ensureBuilt();
if (built.ok) {
  const file = new URL('../test/public-names.json', import.meta.url);
  await writeFile(file, `${JSON.stringify(await readPublicNames(), null, 2)}\n`);
} else {
  process.exitCode = 1;
}
