import { expect, test } from 'vitest';
import {
  checkCores,
  checkGit,
  checkMemory,
  checkOpenFiles,
  checkTemporaryFolder,
  checkTerminal,
} from '../../../src/operations/doctor/checks.ts';
import { doctorResult } from '../../../src/operations/doctor/examine.ts';
import type { Machine } from '../../../src/operations/doctor/machine.ts';
import { readMachine } from '../../../src/operations/doctor/machine.ts';
import { checkNode } from '../../../src/operations/doctor/node-support.ts';

const GIB = 1024 ** 3;

const healthy: Machine = {
  platform: 'linux',
  nodeVersion: '24.1.0',
  processors: 8,
  allowedProcessors: 8,
  availableCores: 8,
  memoryBytes: 32 * GIB,
  memoryLimitBytes: undefined,
  freeMemoryBytes: 20 * GIB,
  openFileLimit: 20_000,
  gitVersion: '2.45.0',
  temporaryFolder: '/tmp',
  temporaryFreeBytes: 50 * GIB,
};

const today = new Date('2026-11-21T12:00:00Z');

test.each([
  [{}, 'ok', '8 processors, all available'],
  [{ availableCores: 2 }, 'warning', '2 of 8 processors: a CPU quota'],
  [{ allowedProcessors: 4, availableCores: 4 }, 'ok', '4 of 8 processors, by CPU affinity'],
  [{ processors: 1, allowedProcessors: 1, availableCores: 1 }, 'warning', '1 processor'],
])('cores: %j is %s', (changes, level, found) => {
  const finding = checkCores({ ...healthy, ...changes });
  expect(finding.level).toBe(level);
  expect(finding.found).toContain(found);
});

test.each([
  [{}, 'ok', '20 GiB free of 32 GiB'],
  [{ memoryLimitBytes: 24 * GIB }, 'ok', 'of 24 GiB (limited from 32 GiB)'],
  [{ freeMemoryBytes: 2 * GIB }, 'warning', '2 GiB free'],
  [{ freeMemoryBytes: GIB / 8 }, 'problem', '128 MiB free'],
])('memory: %j is %s', (changes, level, found) => {
  const finding = checkMemory({ ...healthy, ...changes });
  expect(finding.level).toBe(level);
  expect(finding.found).toContain(found);
});

test.each([
  [20_000, 'ok', 'at most 20,000'],
  [Infinity, 'ok', 'no limit'],
  [undefined, 'ok', 'limit not known'],
  [256, 'warning', 'at most 256'],
  [64, 'problem', 'at most 64'],
])('open files: %j is %s', (openFileLimit, level, found) => {
  expect(checkOpenFiles({ ...healthy, openFileLimit })).toMatchObject({ level, found });
});

test.each([
  ['24.1.0', 'ok', 'supported until 2028-04-30'],
  ['20.20.2', 'warning', 'no security fixes since 2026-04-30'],
  ['25.3.0', 'warning', 'an odd release line'],
  ['26.0.0', 'ok', '26.0.0'],
  ['20.18.9', 'problem', '20.18.9'],
  ['18.20.0', 'problem', '18.20.0'],
])('Node.js %s is %s', (version, level, found) => {
  const finding = checkNode(version, today);
  expect(finding.level).toBe(level);
  expect(finding.found).toContain(found);
});

test('a release line is supported to the end of its last day', () => {
  expect(checkNode('22.1.0', new Date('2027-04-30T20:00:00Z')).level).toBe('ok');
  expect(checkNode('22.1.0', new Date('2027-05-01T00:00:01Z')).level).toBe('warning');
});

test('git may be missing', () => {
  expect(checkGit(healthy)).toMatchObject({ level: 'ok', found: '2.45.0' });
  expect(checkGit({ ...healthy, gitVersion: undefined }).level).toBe('warning');
});

const terminal = {
  stdinIsTerminal: true,
  stdoutIsTerminal: true,
  stderrIsTerminal: true,
  columns: 120,
  colour: true,
  unicode: true,
  underCi: false,
};

test.each([
  [{}, 'ok', '120 columns, colours, Unicode'],
  [{ columns: 40 }, 'warning', '40 columns'],
  [{ unicode: false }, 'warning', 'ASCII only'],
  [{ stderrIsTerminal: false, columns: undefined, underCi: true }, 'ok', 'plain lines'],
])('terminal: %j is %s', (changes, level, found) => {
  const finding = checkTerminal({ ...terminal, ...changes });
  expect(finding.level).toBe(level);
  expect(finding.found).toContain(found);
});

test.each([
  [50 * GIB, 'ok'],
  [GIB / 2, 'warning'],
  [GIB / 64, 'problem'],
  [undefined, 'problem'],
])('%j bytes for temporary files are %s', (temporaryFreeBytes, level) => {
  expect(checkTemporaryFolder({ ...healthy, temporaryFreeBytes }).level).toBe(level);
});

test('whatever is not ok says what to do', () => {
  const poor = { ...healthy, availableCores: 1, freeMemoryBytes: 1, openFileLimit: 1 };
  for (const finding of [checkCores(poor), checkMemory(poor), checkOpenFiles(poor)]) {
    expect(finding.advice).toMatch(/\w+/);
  }
});

test('only a problem makes the exit code 1', () => {
  const warning = checkGit({ ...healthy, gitVersion: undefined });
  const problem = checkMemory({ ...healthy, freeMemoryBytes: 1 });
  expect(doctorResult([checkGit(healthy), warning]).exitCode).toBe(0);
  expect(doctorResult([warning, problem]).exitCode).toBe(1);
});

test('this machine can be read', async () => {
  const machine = await readMachine();
  expect(machine.availableCores).toBeGreaterThanOrEqual(1);
  expect(machine.availableCores).toBeLessThanOrEqual(machine.allowedProcessors);
  expect(machine.freeMemoryBytes).toBeGreaterThan(0);
  expect(machine.temporaryFreeBytes).toBeGreaterThan(0);
});
