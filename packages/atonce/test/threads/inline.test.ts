import { map, runParallel } from 'atonce';
import { processes, threads } from 'atonce/threads';
import { describe, expect, test } from 'vitest';
import { task } from './support.ts';

const busy = task<number, number>('busy');

describe('a cold pool', () => {
  test('does little work on the calling thread, starts nothing, and says why', async () => {
    await using pool = threads({ workers: 2 });
    const values = await map(Array(10).fill(1), busy, { on: pool });
    expect(pool.stats).toMatchObject({ workers: 0, tasksDone: 0 });
    expect(values.decision).toMatchObject({
      ran: 'inline',
      reason: 'too-small',
      measured: { inlineItems: 10, remoteItems: 0 },
    });
    expect(values.decision?.text).toMatch(/ran inline: .*not worth starting workers/);
  });

  test('starts its workers for more work, goes on meanwhile, and then hands over', async () => {
    await using pool = threads({ workers: 2 });
    const places = await map(
      Array.from({ length: 400 }, (_, index) => index),
      task<number, { pid: number }>('withPid'),
      { on: pool, desc: 'places' },
    );
    expect(places).toHaveLength(400);
    const values = await map(Array(400).fill(1), busy, { on: pool });
    expect(values.decision?.measured['remoteItems']).toBeGreaterThan(0);
    expect(pool.stats).toMatchObject({ workers: 2, restarts: 0 });
  });

  test('starts its workers for runs that are too small each but keep coming', async () => {
    await using pool = threads({ workers: 2 });
    const runs: number[] = [];
    for (let run = 0; run < 12; run++) {
      const values = await map(Array(60).fill(1), busy, { on: pool });
      runs.push(Number(values.decision?.measured['remoteItems']));
    }
    expect(runs[0]).toBe(0);
    expect(runs.at(-1)).toBe(60);
  });

  test('lets the event loop run between its slices', async () => {
    await using pool = threads({ workers: 2 });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await map(Array(40).fill(1), busy, { on: pool });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  test.each([
    ['inline is refused', { inline: false } as const],
    ['there are resource limits', { resourceLimits: { maxOldGenerationSizeMb: 100 } }],
    ['there is an environment', { env: { A: '1' } }],
    [
      'there is an initialiser',
      {
        initialiser: {
          url: new URL('./fixtures/tasks.js', import.meta.url),
          exportName: 'initialise',
        },
      },
    ],
  ])('runs nothing inline when %s', async (_why, options) => {
    await using pool = threads({ workers: 1, ...options });
    const [place] = await map([0], task<number, string>('place'), { on: pool });
    expect(place).not.toBe(`${process.pid}/0`);
  });

  test('runs nothing inline that has a time limit', async () => {
    await using pool = threads({ workers: 1 });
    const [place] = await map([0], task<number, string>('place'), { on: pool, timeoutMs: 10_000 });
    expect(place).not.toBe(`${process.pid}/0`);
  });

  test('of processes runs nothing inline unless asked to', async () => {
    await using pool = processes({ workers: 1 });
    const [place] = await map([0], task<number, string>('place'), { on: pool });
    expect(place).not.toMatch(`${process.pid}/`);
    await using other = processes({ workers: 1, inline: 'auto' });
    const [here] = await map([0], task<number, string>('place'), { on: other });
    expect(here).toMatch(`${process.pid}/`);
  });
});

describe('a warm pool', () => {
  test('runs the first items in its workers and comes back for items that are not worth sending', async () => {
    await using pool = threads({ workers: 2 });
    await pool.warmUp();
    const values = await map(
      Array.from({ length: 200_000 }, (_, index) => index),
      task<number, number>('default'),
      { on: pool },
    );
    expect(values[199_999]).toBe(399_998);
    // Where it ends is a matter of measured times, which a busy machine may bend.
    expect(values.decision?.measured['remoteItems']).toBeGreaterThan(0);
    expect(values.decision?.measured['inlineItems']).toBeGreaterThan(0);
  });

  test('never brings back work that has killed a worker', async () => {
    await using pool = threads({ workers: 2 });
    await pool.warmUp();
    const items = Array.from({ length: 300_000 }, (_, index) => (index === 3 ? 'exit' : index));
    const outcomes = await runParallel(items, task<unknown, unknown>('dieOn'), { on: pool });
    expect(outcomes.filter((outcome) => !outcome.ok).map(({ item }) => item)).toEqual(['exit']);
    // Items this small come back at once, but not beyond the death of the worker.
    expect(outcomes.decision).toMatchObject({ ran: 'threads' });
  });
});

describe('an item on the calling thread', () => {
  test('that calls process.exit fails alone', async () => {
    await using pool = threads({ workers: 2 });
    const outcomes = await runParallel([1, 'exit', 2], task<unknown, unknown>('dieOn'), {
      on: pool,
    });
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, false, true]);
    expect(outcomes[1]).toMatchObject({
      error: {
        code: 'E_WORKER_DIED',
        message: expect.stringMatching(/process\.exit\(3\)/) as string,
      },
    });
    expect(outcomes.decision?.ran).toBe('inline');
  });

  test('sees its own items, not copies', async () => {
    await using pool = threads({ workers: 2 });
    const item = { changed: false };
    const [result] = await map([item], task<object, object>('mutate'), { on: pool });
    expect(result).toBe(item);
  });

  test('is not sent to workers when it cannot be copied', async () => {
    await using pool = threads({ workers: 2 });
    const values = await map(
      Array.from({ length: 400 }, () => [1, () => 1]),
      task<unknown, unknown>('busyOnFirst'),
      { on: pool },
    );
    expect(values).toHaveLength(400);
    expect(values.decision).toMatchObject({ ran: 'inline', reason: 'unserialisable' });
    expect(values.decision?.text).toMatch(/could not be cloned/);
  });

  test('stops with its run', async () => {
    await using pool = threads({ workers: 2 });
    const controller = new AbortController();
    const running = map(Array(20).fill(10_000), task<number, number>('sleep'), {
      on: pool,
      signal: controller.signal,
      graceMs: 10,
    });
    setTimeout(() => controller.abort(), 30);
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});
