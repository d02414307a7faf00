import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isAtonceError, map, runParallel } from 'atonce';
import { moduleTask, processes, threads } from 'atonce/threads';
import { describe, expect, test } from 'vitest';
import { kinds, task, until } from './support.ts';

const fixture = (name: string): URL => new URL(`./fixtures/${name}`, import.meta.url);
const run = promisify(execFile);
const double = task<number, number>('default');

describe.each(kinds)('a pool of %s', (_kind, makePool) => {
  test('starts workers only when there is work, and stops them when idle', async () => {
    await using pool = makePool({ idleMs: 50 });
    expect(pool.stats).toEqual({ workers: 0, busy: 0, restarts: 0, tasksDone: 0 });
    await pool.run(double, 1);
    expect(pool.stats).toMatchObject({ workers: 1, tasksDone: 1 });
    await until(() => pool.stats.workers === 0);
    expect(await pool.run(double, 2)).toBe(4);
    expect(pool.stats.restarts).toBe(0);
  });

  test('has all its workers up after warmUp', async () => {
    await using pool = makePool({ workers: 3 });
    await pool.warmUp();
    expect(pool.stats).toMatchObject({ workers: 3, busy: 0 });
  });

  test('uses as many workers as it was given, and no more', async () => {
    await using pool = makePool({ workers: 3 });
    const places = await map(Array(30).fill(20), task<number, string>('place'), { on: pool });
    expect(new Set(places).size).toBe(3);
  });

  test('keeps a run to the concurrency it asks for', async () => {
    await using pool = makePool({ workers: 3 });
    const places = await map(Array(20).fill(5), task<number, string>('place'), {
      on: pool,
      concurrency: 1,
    });
    expect(new Set(places).size).toBe(1);
  });

  test('rejects what is in flight when it is closed, and everything after that', async () => {
    const pool = makePool();
    const calls = Promise.allSettled([5000, 5000, 1].map((ms) => pool.run(task('busy'), ms)));
    const running = runParallel([5000, 5000, 1], task('busy'), { on: pool });
    await until(() => pool.stats.busy === 2);
    await pool.close();
    for (const { status, ...rest } of await calls) {
      expect(status).toBe('rejected');
      expect(rest).toMatchObject({ reason: { code: 'E_POOL_CLOSED' } });
    }
    for (const outcome of await running)
      expect(outcome).toMatchObject({ ok: false, error: { code: 'E_POOL_CLOSED' } });
    expect(pool.stats.workers).toBe(0);
    await expect(pool.run(double, 1)).rejects.toMatchObject({ code: 'E_POOL_CLOSED' });
    await expect(map([1], double, { on: pool })).rejects.toMatchObject({ code: 'E_POOL_CLOSED' });
    await expect(pool.warmUp()).rejects.toMatchObject({ code: 'E_POOL_CLOSED' });
    await pool.close();
  });

  test('can be closed before anything was run and while it is starting', async () => {
    await makePool().close();
    const pool = makePool();
    const call = pool.run(double, 1);
    const rejection = expect(call).rejects.toMatchObject({ code: 'E_POOL_CLOSED' });
    await pool.close();
    await rejection;
    expect(pool.stats.workers).toBe(0);
  });

  test('calls the initialiser once in each worker before its first task', async () => {
    await using pool = makePool({
      initialiser: { url: fixture('tasks.js'), exportName: 'initialise' },
    });
    expect(await map(Array(20).fill(0), task('timesInitialised'), { on: pool })).toEqual(
      Array(20).fill(1),
    );
  });

  test('fails its work with E_WORKER_START when the initialiser fails, and can be asked again', async () => {
    await using pool = makePool({
      initialiser: { url: fixture('tasks.js'), exportName: 'failToStart' },
    });
    for (const _ of [1, 2]) {
      const outcomes = await runParallel([1, 2, 3], double, { on: pool });
      for (const outcome of outcomes) {
        expect(outcome.ok).toBe(false);
        if (outcome.ok) continue;
        expect(isAtonceError(outcome.error, 'E_WORKER_START')).toBe(true);
        expect(((outcome.error as Error).cause as Error).cause).toMatchObject({
          message: 'no database',
        });
      }
    }
    await expect(pool.run(double, 1)).rejects.toMatchObject({ code: 'E_WORKER_START' });
    await pool.warmUp();
    expect(pool.stats.workers).toBe(0);
  });

  test('gives its workers the environment asked for, on top of its own', async () => {
    await using pool = makePool({ env: { ATONCE_TEST_COLOUR: 'blue' } });
    const names = ['ATONCE_TEST_COLOUR', 'PATH'];
    expect(await map(names, task('environment'), { on: pool })).toEqual(['blue', process.env.PATH]);
  });

  test('refuses a task that it cannot ship', async () => {
    await using pool = makePool();
    await expect(map([1], (item) => item, { on: pool })).rejects.toMatchObject({
      code: 'E_OPTION',
      option: 'task',
    });
    await expect(pool.run((() => 1) as never, 1)).rejects.toMatchObject({ code: 'E_OPTION' });
  });

  test('runs a map inside the items of another map on the same pool without waiting for itself', async () => {
    await using pool = makePool({ workers: 1 });
    const sums = await map([1, 2, 3, 4], async (number) => {
      const doubled = await map([number, number], double, { on: pool });
      return doubled[0] as number;
    });
    expect(sums).toEqual([2, 4, 6, 8]);
  });
});

describe('when no worker can start', () => {
  test.each([
    ['threads', () => threads({ execArgv: ['--no-such-flag'] })],
    ['processes', () => processes({ execArgv: ['--no-such-flag'] })],
  ])('a run on %s is done inline, and says so', async (_kind, makePool) => {
    await using pool = makePool();
    const values = await map(Array(600).fill(1), task<number, number>('busy'), { on: pool });
    expect(values).toHaveLength(600);
    expect(values.decision).toMatchObject({ ran: 'inline', reason: 'no-worker' });
    await expect(pool.run(double, 1)).rejects.toMatchObject({ code: 'E_WORKER_START' });
  });
});

describe('a process', () => {
  test('ends by itself although it has closed none of its pools', async () => {
    const { stdout } = await run(
      process.execPath,
      [fileURLToPath(fixture('leaves-pools-open.js'))],
      { timeout: 25_000 },
    );
    expect(stdout).toBe('done\n');
  });

  test('ends after it has closed its pools in the middle of their work', async () => {
    const { stdout } = await run(
      process.execPath,
      [fileURLToPath(fixture('closes-while-busy.js'))],
      { timeout: 25_000 },
    );
    const line = 'rejected E_POOL_CLOSED, rejected E_POOL_CLOSED, rejected E_POOL_CLOSED\n';
    expect(stdout).toBe(line + line);
  });
});

describe('moduleTask', () => {
  test('can be called directly, with and without a context', async () => {
    expect(await double(4)).toBe(8);
    expect(await map([1, 2, 3], double)).toEqual([2, 4, 6]);
  });

  test.each([
    ['https://example.org/task.js'],
    ['./task.js'],
    ['data:text/javascript,1'],
    [''],
    [undefined],
  ])('refuses %j as its module', (url) => {
    expect(() => moduleTask(url as string)).toThrow(/`file:` URL/);
  });

  test('refuses an empty name', () => {
    expect(() => moduleTask(fixture('tasks.js'), '')).toThrow(/exportName/);
  });

  test.each([
    ['no-such-file.js', 'default', /no-such-file\.js/],
    ['tasks.js', 'nobody', /`nobody` of file:.*tasks\.js: the module has no such export/],
    ['tasks.js', 'notAFunction', /not a function/],
    ['throws-on-import.js', 'default', /bad module/],
  ])('says what is wrong with %s#%s, here and in workers', async (file, name, words) => {
    const broken = moduleTask<number, number>(fixture(file), name);
    await expect(broken(1)).rejects.toMatchObject({
      code: 'E_TASK_LOAD',
      message: expect.stringMatching(words) as string,
    });
    await using pool = threads({ workers: 1, inline: false });
    await expect(pool.run(broken, 1)).rejects.toMatchObject({
      code: 'E_TASK_LOAD',
      message: expect.stringMatching(words) as string,
    });
  });

  test.runIf(Number(process.versions.node.split('.')[0]) < 22)(
    'hints at what helps when Node cannot read TypeScript',
    async () => {
      await using pool = threads({ workers: 1, inline: false });
      const typed = moduleTask<number, number>(fixture('typed.ts'), 'typed');
      await expect(pool.run(typed, 1)).rejects.toMatchObject({
        code: 'E_TASK_LOAD',
        message: expect.stringMatching(/22\.18.*--import tsx/) as string,
      });
    },
  );
});
