import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RealReport } from './real/main.ts';

const run = promisify(execFile);
const atonce = fileURLToPath(new URL('../..', import.meta.url));
const modules = join(atonce, '../../node_modules');
const compiler = join(modules, 'typescript/bin/tsc');
const folder = mkdtempSync(join(tmpdir(), 'atonce-stress-'));
/** Would it hang, this says so. */
const HANG_MS = 240_000;
const HEAP_BYTES = 8e6;

/** Compiles the programs of this folder for Node, beside the built package in the place of the sources. */
beforeAll(async () => {
  const programs = ['main', 'worker-tasks'].map((name) =>
    join(atonce, `test/stress/real/${name}.ts`),
  );
  const options = '--ignoreConfig --noCheck --module nodenext --target es2023 --types node'.split(
    ' ',
  );
  options.push('--rewriteRelativeImportExtensions', '--rootDir', atonce, '--outDir', folder);
  await run(process.execPath, [compiler, ...options, ...programs]);
  rmSync(join(folder, 'src'), { recursive: true });
  symlinkSync(join(atonce, 'dist'), join(folder, 'src'));
  symlinkSync(modules, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(process.platform === 'linux')(
  'on real timers, beside threads, processes and HTTP',
  () => {
    test('the same programs leave nothing open and nothing that keeps the process alive', async () => {
      const main = join(folder, 'test/stress/real/main.js');
      // It ends by itself, with code 0, or this rejects.
      const { stdout } = await run(process.execPath, [main, '1'], { timeout: HANG_MS });
      const { faults, ended, before, after } = JSON.parse(stdout) as RealReport;
      expect(faults).toEqual([]);
      for (const kind of ['threads', 'processes', 'http', 'map', 'createPipeline'])
        expect(ended[kind], kind).toBeGreaterThan(10);
      expect(after.files).toBe(before.files);
      expect(after.children).toBe(0);
      expect(after.resources).toEqual(before.resources);
      expect(after.heapBytes - before.heapBytes).toBeLessThan(HEAP_BYTES);
    });
  },
);
