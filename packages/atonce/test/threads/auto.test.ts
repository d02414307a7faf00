import { tmpdir } from 'node:os';
import { realpathSync } from 'node:fs';
import { map, runParallel } from 'atonce';
import { moduleTask } from 'atonce/threads';
import { describe, expect, test } from 'vitest';
import { task } from './support.ts';

describe("on: 'auto'", () => {
  test('does small work inline', async () => {
    const values = await map([1, 2, 3], task<number, number>('default'), { on: 'auto' });
    expect(values).toEqual([2, 4, 6]);
    expect(values.decision).toMatchObject({ ran: 'inline', reason: 'too-small' });
  });

  test('runs tasks that wait on the event loop, many at once', async () => {
    const values = await map(Array(100).fill(20), task<number, number>('sleep'), { on: 'auto' });
    expect(values.decision).toMatchObject({ ran: 'loop', reason: 'io-bound' });
    expect(values.decision?.measured['loopItems']).toBeGreaterThan(90);
  });

  test('remembers of a task that it waits, and begins the next run on the event loop', async () => {
    const sleep = task<number, number>('sleepAgain');
    await map(Array(20).fill(10), sleep, { on: 'auto' });
    const values = await map(Array(20).fill(10), sleep, { on: 'auto' });
    expect(values.decision).toMatchObject({ ran: 'loop', measured: { loopItems: 20 } });
  });

  test('finds out in workers that tasks with a time limit wait, and moves them to the event loop', async () => {
    const values = await map(Array(150).fill(20), task<number, number>('sleep'), {
      on: 'auto',
      timeoutMs: 5000,
    });
    expect(values.decision).toMatchObject({ ran: 'loop', reason: 'io-bound' });
  });

  test('keeps the concurrency that was asked for on the event loop', async () => {
    const outcomes = await runParallel(Array(12).fill(10), task<number, number>('sleep'), {
      on: 'auto',
      concurrency: 2,
    });
    const starts = outcomes.map(({ startedAt }) => startedAt).sort((a, b) => a - b);
    expect((starts.at(-1) as number) - (starts[0] as number)).toBeGreaterThan(30);
    expect(outcomes.decision?.ran).toBe('loop');
  });

  test('uses many threads for tasks that block without computing', async () => {
    const values = await map(Array(120).fill(10), task<number, string>('block'), { on: 'auto' });
    expect(values.decision).toMatchObject({ ran: 'threads', reason: 'worth-it' });
    expect(values.decision?.measured['workers']).toBeGreaterThan(2);
  });

  test('stays inline with a reason when items cannot be copied', async () => {
    const values = await map(
      Array.from({ length: 150 }, () => [1, () => 1]),
      task<unknown, unknown>('busyOnFirst'),
      { on: 'auto' },
    );
    expect(['unserialisable', 'too-small']).toContain(values.decision?.reason);
    expect(values.decision?.ran).toBe('inline');
  });

  test('falls back to processes for a task that threads refuse', async () => {
    const directory = realpathSync(tmpdir());
    const inDirectory = moduleTask<string, string>(
      new URL('./fixtures/unthreadable.js', import.meta.url),
      'inDirectory',
    );
    const places = await map(Array(150).fill(directory), inDirectory, {
      on: 'auto',
      timeoutMs: 20_000,
    });
    expect(new Set(places)).toEqual(new Set([`${directory} true true`]));
    expect(places.decision?.ran).toBe('processes');
  });

  test('gives the same failures as a loop wherever an item runs', async () => {
    const outcomes = await runParallel(
      ['custom', 'string', 'null', 'system'],
      task<string, never>('failWith'),
      { on: 'auto' },
    );
    expect(outcomes.every((outcome) => !outcome.ok)).toBe(true);
    expect(outcomes.map((outcome) => !outcome.ok && outcome.error)).toMatchObject([
      { table: 'users' },
      'just words',
      null,
      { code: 'ENOENT' },
    ]);
  });

  test('ends tasks that spin past their time', async () => {
    const outcomes = await runParallel([1, 'spin', 2], task<unknown, unknown>('spinOn'), {
      on: 'auto',
      timeoutMs: 200,
      graceMs: 10,
    });
    expect(
      outcomes.map((outcome) =>
        outcome.ok ? outcome.value : (outcome.error as { code: string }).code,
      ),
    ).toEqual([1, 'E_TIMEOUT', 2]);
  });

  test('says that an ordinary function cannot be shipped', async () => {
    const values = await map([1], (number: number) => number, { on: 'auto' });
    expect(values.decision).toMatchObject({ ran: 'loop', reason: 'not-a-module-task' });
  });
});
