import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../dist/runs/report.js';
import { folder, requestOf } from './running.ts';

const fixture = fileURLToPath(new URL('./fixtures/run-request.mjs', import.meta.url));

interface Measured extends RunReport {
  readonly maxRss: number;
}

async function measured(request: object): Promise<{ report: Measured; bytes: number }> {
  const child = spawn(process.execPath, [fixture, JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  let bytes = 0;
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (bytes += chunk.length));
  child.stdio[3]?.on('data', (chunk) => (text += String(chunk)));
  await new Promise((resolve) => child.once('close', resolve));
  return { report: JSON.parse(text) as Measured, bytes };
}

const MB = 1024 * 1024;

describe('large runs', () => {
  it.each(['group', 'line', 'raw'] as const)(
    'of 300 MB of %s output keep their memory bounded',
    async (output) => {
      const template = ['sh', '-c', 'yes "$1" | head -c 100000000', 'sh', '{}'];
      const { report, bytes } = await measured({ ...requestOf(template, { output }), count: 3 });
      expect(report.failed).toBe(0);
      expect(bytes).toBeGreaterThanOrEqual(300_000_000);
      expect(report.maxRss).toBeLessThan(250 * MB);
    },
  );

  it('of 10,000 lazily made items go through', async () => {
    const { report } = await measured({ ...requestOf(['true']), count: 10_000 });
    expect(report).toMatchObject({ succeeded: 10_000, failed: 0, exitCode: 0 });
    expect(report.maxRss).toBeLessThan(250 * MB);
  });

  it.each([
    ['group', false, 40],
    ['group', true, 40],
    ['line', false, 40],
  ] as const)(
    'with %s output (order kept: %s) and %i open files allowed finish',
    async (output, keepOrder, files) => {
      const template = ['sh', '-c', 'sleep 0.05; yes "$1" | head -c 100000', 'sh', '{}'];
      const request = {
        ...requestOf(template, { output, keepOrder, jobs: 50 }),
        count: 120,
        files,
      };
      const { report, bytes } = await measured(request);
      expect(report).toMatchObject({ succeeded: 120, failed: 0 });
      expect(bytes).toBeGreaterThanOrEqual(120 * 100_000);
    },
  );

  it('use the helper when our own memory is large, and only then', async () => {
    const file = join(folder(), 'parents');
    for (const [ballastBytes, spawnPlace, isHelper] of [
      [0, 'auto', false],
      [300 * MB, 'auto', true],
      [300 * MB, 'direct', false],
      [0, 'helper', true],
    ] as const) {
      const template = ['sh', '-c', 'tr "\\0" " " < /proc/$PPID/cmdline'];
      const request = requestOf(template, { spawn: spawnPlace, resultsDir: file });
      const { report } = await measured({ ...request, count: 1, ballastBytes });
      expect(report.failed).toBe(0);
      const parent = readFileSync(join(file, '1/1/stdout'), 'utf8');
      expect([spawnPlace, ballastBytes, parent.includes('helper-main')]).toEqual([
        spawnPlace,
        ballastBytes,
        isHelper,
      ]);
    }
  });
});
