import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { followImports } from './support/neutrality.ts';
import { root } from './support/repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'atonce-neutrality-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the root entry reaches no Node module and no package', () => {
  const { files, violations } = followImports(join(root, 'packages/atonce/dist/index.js'));
  expect(files.length).toBeGreaterThan(1);
  expect(violations).toEqual([]);
});

test.each(['node:fs', 'fs', 'fs/promises', 'p-map'])(
  'a planted import of %s is reported',
  (name) => {
    writeFileSync(join(folder, 'index.js'), `export { a } from './a.js';\n`);
    writeFileSync(join(folder, 'a.js'), `export const a = async () => import('./b.js');\n`);
    writeFileSync(join(folder, 'b.js'), `import '${name}';\n`);
    const { files, violations } = followImports(join(folder, 'index.js'));
    expect(files).toHaveLength(3);
    expect(violations).toEqual([`b.js: imports ${name}`]);
  },
);
