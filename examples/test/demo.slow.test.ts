import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../../test/support/repository.ts';
import { examples, runExample } from './support/run-example.ts';

const folder = mkdtempSync(join(tmpdir(), 'atonce-demo-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = 48;
const argumentsFor = (output: string) => ['--limit', String(files), '--output', output];
const runDemo = (...args: string[]) => runExample('demo/demo.mjs', args);

/** Starts a demo, waits until a file has so many lines, and sends the signal. Gives how it ended. */
async function stopDemo(output: string, signal: NodeJS.Signals, [file, lines]: [string, number]) {
  const demo: ChildProcess = spawn(
    process.execPath,
    [join(examples, 'demo/demo.mjs'), ...argumentsFor(output)],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  demo.stderr?.on('data', (chunk) => (said += chunk));
  const ended = once(demo, 'close');
  while (demo.exitCode === null && linesOf(join(output, file)) < lines) await setTimeout(5);
  demo.kill(signal);
  const [code, by] = await ended;
  return { code, by, said };
}

function linesOf(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}

/** How many answers each of the sides took from its journal, in the order of the screen. */
function reused(stdout: string): number[] {
  const rows = stdout.split('\n').filter((line) => /^ {2}(one at a time|at once)/.test(line));
  return rows.map((row) => Number(/(\d+) reused from the journal/.exec(row)?.[1] ?? 0));
}

describe('a demo that runs to its end', () => {
  const output = join(folder, 'whole');

  test('compares equal answers and leaves what it names', async () => {
    const { code, stdout } = await runDemo(...argumentsFor(output));
    expect(code).toBe(0);
    expect(stdout.match(new RegExp(`all ${files} equal`, 'g'))).toHaveLength(2);
    expect(stdout).not.toContain('\u001b');
    expect(linesOf(join(output, 'functions/results.jsonl'))).toBe(files);
    expect(readFileSync(join(output, 'report.md'), 'utf8')).toContain('Machine: ');
    for (const side of ['one-at-a-time', 'at-once']) {
      expect(linesOf(join(output, `functions/${side}.journal`))).toBe(files + 1);
      expect(linesOf(join(output, `commands/${side}/joblog`))).toBe(files + 1);
      const trace = JSON.parse(readFileSync(join(output, `commands/${side}/trace.json`), 'utf8'));
      expect(trace.filter(({ ph }: { ph: string }) => ph === 'X')).toHaveLength(files);
    }
  });

  test('starts over by itself when it is run again, and says so', async () => {
    const { code, stdout } = await runDemo(...argumentsFor(output));
    expect(code).toBe(0);
    expect(stdout).toContain('The last run was finished, so this one starts over.');
    expect(reused(stdout)).toEqual([0, 0, 0, 0]);
  });
});

describe('a demo that was stopped goes on from its journals', () => {
  test.each([
    ['the function alone', 'functions/one-at-a-time.journal', 0],
    ['the function on threads', 'functions/at-once.journal', 1],
    ['the commands one at a time', 'commands/one-at-a-time/journal', 2],
    ['the commands at once', 'commands/at-once/journal', 3],
  ])('kill -9 during %s', async (_, journal, side) => {
    const output = join(folder, `killed-${side}`);
    expect(await stopDemo(output, 'SIGKILL', [journal, 20])).toMatchObject({ by: 'SIGKILL' });
    const { code, stdout } = await runDemo(...argumentsFor(output));
    expect(stdout).toContain('The last run was stopped.');
    const counts = reused(stdout);
    expect(counts.slice(0, side)).toEqual(Array(side).fill(files));
    expect(counts[side]).toBeGreaterThanOrEqual(19);
    expect(counts.slice(side + 1)).toEqual(Array(3 - side).fill(0));
    expect(stdout.match(new RegExp(`all ${files} equal`, 'g'))).toHaveLength(2);
    expect(code).toBe(0);
  });

  test.each([
    ['functions/one-at-a-time.journal', 0],
    ['functions/at-once.journal', 1],
    ['commands/one-at-a-time/journal', 2],
  ])('Ctrl-C during %s', async (journal, side) => {
    const output = join(folder, `interrupted-${side}`);
    const { code, said } = await stopDemo(output, 'SIGINT', [journal, 20]);
    expect({ code, said }).toMatchObject({ code: 130, said: expect.stringContaining('Stopped.') });
    const { stdout } = await runDemo(...argumentsFor(output));
    expect(reused(stdout)[side]).toBeGreaterThanOrEqual(19);
    expect(stdout.match(new RegExp(`all ${files} equal`, 'g'))).toHaveLength(2);
  });

  test('--fresh starts over all the same', async () => {
    const output = join(folder, 'fresh');
    await stopDemo(output, 'SIGKILL', ['functions/one-at-a-time.journal', 20]);
    const { stdout } = await runDemo('--fresh', ...argumentsFor(output));
    expect(stdout).toContain('Starting over, as asked.');
    expect(reused(stdout)).toEqual([0, 0, 0, 0]);
  });
});

describe('a demo that cannot be meant is refused', () => {
  test('a folder with something else in it stays untouched', async () => {
    const output = join(folder, 'precious');
    mkdirSync(join(output, 'functions'), { recursive: true });
    writeFileSync(join(output, 'functions/mine.txt'), 'mine');
    const { code, stderr } = await runDemo('--fresh', ...argumentsFor(output));
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is not a demo's folder"),
    });
    expect(readFileSync(join(output, 'functions/mine.txt'), 'utf8')).toBe('mine');
  });

  test.each([['--limit'], ['--limit', '0'], ['--limit', 'many'], ['--frehs'], ['extra']])(
    'arguments %s %s',
    async (...args) => {
      expect(await runDemo(...args)).toMatchObject({ code: 2, stdout: '' });
    },
  );
});
