import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { benchmarks } from '../src/cases/all.ts';
import type { BenchmarkResult } from '../src/harness/result.ts';

const program = fileURLToPath(new URL('../dist/bench.js', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atonce-smoke-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(benchmarks.map(({ name }) => name))('%s', (name) => {
  test('runs with tiny sizes, answers rightly, and writes a result with its machine', async () => {
    const bench = [program, name, '--tiny', '--out', folder];
    const { stdout } = await promisify(execFile)(process.execPath, bench);
    expect(stdout).toContain(`## ${name}: `);
    const text = await readFile(join(folder, `${name}.json`), 'utf8');
    const result = JSON.parse(text) as BenchmarkResult;
    expect(result).toMatchObject({ schemaVersion: 1, name, tiny: true });
    expect(result.machine.cpu).not.toBe('');
    const present = result.points.flatMap(({ contestants }) => contestants);
    expect(present.length + result.skipped.length).toBeGreaterThan(0);
    for (const contestant of present) {
      expect(contestant).not.toHaveProperty('failed');
      expect(contestant.samples).toHaveLength(1);
      expect(contestant.samples[0]!.amount).toBeGreaterThan(0);
      expect(contestant.samples[0]!.peakRssBytes).toBeGreaterThan(1e6);
    }
  });
});
