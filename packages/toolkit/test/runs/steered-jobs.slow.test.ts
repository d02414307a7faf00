import { availableCores } from 'atonce';
import { expect, test } from 'vitest';
import type { LimitReport } from '../../dist/runs/report.js';
import { itemsOf, run } from '../commands/running.ts';

const cores = availableCores();

async function limitAfter(script: string, jobs: number): Promise<LimitReport> {
  const items = itemsOf(...Array.from({ length: jobs }, (_, index) => String(index)));
  const range = { min: 1, initial: cores, max: 8 * cores };
  const { report } = await run([script], { items, shell: true, jobs: range });
  expect(report).toMatchObject({ succeeded: jobs, failed: 0 });
  return report.limit as LimitReport;
}

const median = ({ lastChanges, initial }: LimitReport): number => {
  const levels = [initial, ...lastChanges.map(({ to }) => to)].slice(-9).sort((a, b) => a - b);
  return levels[levels.length >> 1] as number;
};

// Where others use the processors, the load brake holds the limit down, as it should; hence the retries.

test('jobs that wait run more at once than there are cores', { retry: 3 }, async () => {
  const limit = await limitAfter('sleep 0.1; : {}', 200 * cores);
  expect(limit.highest).toBeGreaterThanOrEqual(4 * cores);
  expect(median(limit)).toBeGreaterThan(2 * cores);
});

test('jobs that compute stay near the cores', { retry: 3 }, async () => {
  const busy = 'i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done; : {}';
  const limit = await limitAfter(busy, 80 * cores);
  expect(limit.highest).toBeLessThanOrEqual(4 * cores);
  expect(median(limit)).toBeLessThanOrEqual(2 * cores);
});
