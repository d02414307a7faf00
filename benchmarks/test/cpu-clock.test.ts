import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { cpuUse, readCpu } from '../src/harness/cpu-clock.ts';

const burn = 'while (process.cpuUsage().user < 300_000);';
const hasProc = existsSync('/proc/self/stat');

test.runIf(hasProc)('CPU time of a child that has ended is our own', () => {
  const before = readCpu();
  execFileSync(process.execPath, ['-e', burn]);
  expect(cpuUse(before, readCpu()).cpuMs).toBeGreaterThan(200);
});

test.runIf(hasProc)('CPU time of a child that still lives is our own too', async () => {
  const before = readCpu();
  const script = `${burn} console.log('done'); setTimeout(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await once(child.stdout, 'data');
    expect(cpuUse(before, readCpu()).cpuMs).toBeGreaterThan(200);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
});

test('where the system does not tell, the share of others is not known', () => {
  const reading = { wallMs: 0, ownMs: 0, machineMs: undefined };
  expect(cpuUse(reading, { ...reading, wallMs: 10, ownMs: 5 })).toEqual({
    wallMs: 10,
    cpuMs: 5,
    foreignShare: null,
  });
});

test('the share of others is what the machine used beyond us, over all its cores', () => {
  const nothing = { wallMs: 0, ownMs: 0, machineMs: 0 };
  const later = { wallMs: 1_000, ownMs: 100, machineMs: 300 };
  expect(cpuUse(nothing, later).foreignShare).toBeCloseTo(0.2 / availableParallelism());
});

test('readings that contradict each other by a tick give no negative share', () => {
  const nothing = { wallMs: 0, ownMs: 0, machineMs: 0 };
  expect(cpuUse(nothing, { wallMs: 100, ownMs: 100, machineMs: 90 }).foreignShare).toBe(0);
});
