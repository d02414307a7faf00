import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { availableCores } from 'atonce';
import { expect, test } from 'vitest';
import { atonce, start, until } from '../../faces/cli/start-command.ts';
import { temporaryFolder } from '../../faces/cli/temporary-folder.ts';

const cores = availableCores();
const range = { min: 1, initial: cores, max: 8 * cores };

/** Enough for the law to compare at least two numbers, whatever else the machine is doing. */
const ITEMS = Array.from({ length: 120 }, (_, index) => String(index));

interface Change {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

interface Data {
  readonly concurrency: number;
  readonly limit?: Readonly<Record<string, unknown>> & { readonly lastChanges?: readonly Change[] };
}

async function dataOf(
  args: readonly string[],
  settings = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Data> {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'atonce.config.yaml'), settings);
  const { stdout } = await atonce(['run', '--json', ...args], { cwd, env: { HOME: cwd, ...env } });
  return (JSON.parse(stdout) as { data: Data }).data;
}

const dry = ['--dry-run', 'echo', ':::', 'a'];

test('-j adaptive begins with the cores and may go to eight times as many', async () => {
  expect(await dataOf(['-j', 'adaptive', ...dry])).toMatchObject({
    concurrency: cores,
    limit: range,
  });
  const { stderr } = await atonce(['run', '-j', 'adaptive', ...dry]);
  expect(stderr).toContain(
    `1 job, ${cores} at once to begin with, then 1 to ${8 * cores} as it pays; nothing was run`,
  );
});

test('parallel.adaptive asks for the same, and parallel.concurrency says where it begins', async () => {
  const settings = 'parallel:\n  adaptive: true\n  concurrency: 3\n';
  expect((await dataOf(dry, settings)).limit).toEqual({ min: 1, initial: 3, max: 24 });
  expect((await dataOf(['-j', 'adaptive', ...dry], 'parallel: {concurrency: 5}')).limit).toEqual({
    min: 1,
    initial: 5,
    max: 40,
  });
});

test('a number on the command line is fixed, and parallel.enabled: false means one', async () => {
  const settings = 'parallel: {adaptive: true}';
  expect(await dataOf(['-j', '4', ...dry], settings)).not.toHaveProperty('limit');
  expect(await dataOf(['-j', 'auto', ...dry], settings)).not.toHaveProperty('limit');
  expect(await dataOf(dry, settings, { ATONCE_JOBS: '2' })).not.toHaveProperty('limit');
  const off = await dataOf(dry, 'parallel: {adaptive: true, enabled: false}');
  expect([off.concurrency, 'limit' in off]).toEqual([1, false]);
});

test('no bound is beyond what the library takes', async () => {
  const { limit } = await dataOf(['-j', 'adaptive', ...dry], 'parallel: {concurrency: 99999}');
  expect(limit).toEqual({ min: 1, initial: 10_000, max: 10_000 });
});

test('-v says each change and why, and the summary where the limit ended', async () => {
  const args = ['run', '-j', 'adaptive', '-v', '--progress', 'plain', 'true', ':::', ...ITEMS];
  const { code, stderr } = await atonce(args);
  expect(code).toBe(0);
  expect(stderr).toContain(`atonce: limit ${cores}: the start\n`);
  expect(stderr).toMatch(/^atonce: limit \d+ to \d+: [a-z ]+$/m);
  expect(stderr).toMatch(/^limit began at \d+ and ended at \d+ after \d+ changes? \([a-z ]+\); /m);
});

test('without -v single changes are not told', async () => {
  const args = ['run', '-j', 'adaptive', '--progress', 'plain', 'true', ':::', ...ITEMS];
  const { stderr } = await atonce(args);
  expect(stderr).not.toMatch(/^atonce: limit/m);
});

test('--json says what became of the limit, with its last changes', async () => {
  const { concurrency, limit } = await dataOf(['-j', 'adaptive', 'true', ':::', ...ITEMS]);
  expect(limit).toMatchObject({ ...range, highest: concurrency });
  const { lastChanges: changes = [] } = limit ?? {};
  expect(changes.length).toBe(limit?.changes);
  expect(changes[0]).toMatchObject({ from: cores, law: 'throughput' });
  expect(changes.at(-1)?.to).toBe(limit?.final);
});

test('--progress json tells the number at the start and every change', async () => {
  const args = ['run', '-j', 'adaptive', '--progress', 'json', 'true', ':::', ...ITEMS];
  const { stderr } = await atonce(args);
  const events = stderr
    .split('\n')
    .filter((line) => line.includes('"type":"limit"'))
    .map((line) => JSON.parse(line) as { from: number; to: number });
  expect(events[0]).toMatchObject({ from: cores, to: cores, reason: 'the start' });
  for (const [index, { from }] of events.entries())
    if (index > 0) expect(from).toBe(events[index - 1]?.to);
});

test('a job that takes too long asks for fewer at once', async () => {
  const args = ['-j', 'adaptive', '--timeout', '100ms', 'sleep', ':::', '20', '20', '20', '20'];
  const { limit } = await dataOf(args, `parallel: {concurrency: 4}`);
  expect(limit?.lastChanges).toMatchObject([{ from: 4, to: 2, reason: 'overload' }]);
  expect(limit).toMatchObject({ initial: 4, lowest: 2 });
});

test('Ctrl-C ends a run whose limit adapts like any other', async () => {
  const { child, ended, stderr } = start(['run', '-j', 'adaptive', '-v', 'sleep', ':::', '30']);
  await until(() => stderr().includes('started'), 'the start of the job');
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
});

function moduleArgs(...more: readonly string[]): string[] {
  const file = join(temporaryFolder(), 'task.mjs');
  writeFileSync(file, 'export const same = async (value) => value;\n');
  return ['run', '--module', `${file}#same`, ...more];
}

test('functions on the loop begin with 8, or with parallel.concurrency', async () => {
  const input = ITEMS.join('\n');
  const args = moduleArgs('--on', 'loop', '-j', 'adaptive');
  const { code, stdout, stderr } = await atonce(args, { input });
  expect(stdout.trimEnd().split('\n')).toHaveLength(ITEMS.length);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^limit (began|stayed) at 8\b/m)]);
  const env = { ATONCE_PARALLEL_ADAPTIVE: 'true', ATONCE_PARALLEL_CONCURRENCY: '2' };
  const set = await atonce(moduleArgs('--on', 'loop', '--dry-run'), { input, env });
  expect(set.stderr).toContain('120 items, 2 at once to begin with, then 1 to 16 as it pays');
});

test.each(['auto', 'threads', 'processes'])(
  'an adaptive number of workers is refused with --on %s; as a setting it is for others',
  async (on) => {
    const asked = await atonce(moduleArgs('--on', on, '-j', 'adaptive'), { input: '1\n' });
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('needs --on loop')]);
    const env = { ATONCE_PARALLEL_ADAPTIVE: 'true' };
    const set = await atonce(moduleArgs('--on', on, '--emit', 'values'), { input: '1\n', env });
    expect([set.code, set.stdout]).toEqual([0, '1\n']);
  },
);
