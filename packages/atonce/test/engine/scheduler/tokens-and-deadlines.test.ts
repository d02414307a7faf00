import { describe, expect, test } from 'vitest';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';
import { TokenBudget } from '../../../src/engine/scheduler/token-budget.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { range } from '../support/turn.ts';
import { played, takes } from './support/graphs.ts';
import '../support/unhandled.ts';

describe('the token budget', () => {
  test('is reserved at the start, and what is not used comes back', async () => {
    const clock = fakeClock();
    const scheduler = createScheduler({ clock, tokenBudget: 100 });
    const started: [string, number][] = [];
    const add = (name: string, estimatedTokens: number, used: number): void =>
      scheduler.add({
        name,
        estimatedTokens,
        run: async ({ usedTokens }) => {
          started.push([name, clock.now()]);
          await takes(clock, 10, null);
          usedTokens(used);
        },
      });
    add('a', 60, 20);
    add('b', 60, 50);
    add('c', 30, 30);
    add('none', 0, 0);
    const report = await played(clock, scheduler.run());
    // c would fit beside a, but must not eat what b waits for.
    expect(started).toEqual([
      ['a', 0],
      ['none', 0],
      ['b', 10],
      ['c', 20],
    ]);
    expect(report.tokens).toEqual({ budget: 100, used: 100, unfit: [] });
  });

  test('names what can no longer fit, skips what needs it, and goes on with what fits', async () => {
    const scheduler = createScheduler({ tokenBudget: 100, concurrency: 1 });
    const add = (name: string, estimatedTokens: number, dependsOn: string[] = []): void =>
      scheduler.add({ name, estimatedTokens, dependsOn, run: () => name });
    scheduler.add({ name: 'a', estimatedTokens: 70, priority: 'high', run: () => 'a' });
    add('b', 40);
    add('after b', 0, ['b']);
    add('c', 30);
    const plan = scheduler.plan();
    expect(plan.tokens).toEqual({ budget: 100, estimated: 140, unfit: ['b'] });
    const report = await scheduler.run();
    expect(report.tokens).toEqual({ budget: 100, used: 100, unfit: ['b'] });
    expect(report.outcomes).toMatchObject([
      { ok: true },
      { ok: false, gaveUp: 'skipped', error: { reason: 'tokens', task: 'b' } },
      { ok: false, gaveUp: 'skipped', error: { reason: 'dependency', task: 'b' } },
      { ok: true },
    ]);
  });

  test('does not make a more urgent task wait behind one that waits', async () => {
    const clock = fakeClock();
    const scheduler = createScheduler({ clock, tokenBudget: 100 });
    const started: [string, number][] = [];
    const add = (name: string, estimatedTokens: number, more: object = {}): void =>
      scheduler.add({
        name,
        estimatedTokens,
        run: async ({ usedTokens }) => {
          started.push([name, clock.now()]);
          await takes(clock, 10, null);
          usedTokens(0);
        },
        ...more,
      });
    add('holds', 60);
    add('waits', 100);
    const end = scheduler.run();
    await clock.advance(5);
    add('urgent', 10, { priority: 'critical' });
    add('not urgent', 10);
    await played(clock, end);
    expect(started).toEqual([
      ['holds', 0],
      ['urgent', 5],
      ['waits', 15],
      ['not urgent', 25],
    ]);
  });

  test('lets the others go on when the task that they waited behind is cancelled', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const scheduler = createScheduler({ clock, tokenBudget: 100 });
    const started: [string, number][] = [];
    const add = (name: string, estimatedTokens: number, more: object = {}): void =>
      scheduler.add({
        name,
        estimatedTokens,
        run: async () => {
          started.push([name, clock.now()]);
          await takes(clock, 10, null);
        },
        ...more,
      });
    add('holds', 60);
    add('waits', 100, { signal: controller.signal });
    add('small', 10);
    const end = scheduler.run();
    await clock.advance(5);
    controller.abort();
    await played(clock, end);
    expect(started).toEqual([
      ['holds', 0],
      ['small', 5],
    ]);
  });

  test('counts the estimate of a task that told nothing, also when it failed', async () => {
    const scheduler = createScheduler({ tokenBudget: 100 });
    scheduler.add({
      name: 'a',
      estimatedTokens: 30,
      run: () => {
        throw new Error('no');
      },
    });
    scheduler.add({ name: 'b', estimatedTokens: 20, run: ({ usedTokens }) => usedTokens(0) });
    scheduler.add({ name: 'c', run: ({ usedTokens }) => usedTokens(5) });
    expect((await scheduler.run()).tokens.used).toBe(35);
  });

  test('is held while a task waits for its next try, whose use adds up', async () => {
    const clock = fakeClock();
    const options = { clock, tokenBudget: 100, retry: { attempts: 2, backoff: 50 } };
    const scheduler = createScheduler(options);
    const started: [string, number][] = [];
    scheduler.add({
      name: 'a',
      estimatedTokens: 60,
      run: ({ attempt, usedTokens }) => {
        usedTokens(20);
        if (attempt === 1) throw new Error('again');
      },
    });
    scheduler.add({
      name: 'b',
      estimatedTokens: 50,
      run: () => void started.push(['b', clock.now()]),
    });
    const report = await played(clock, scheduler.run());
    expect(started).toEqual([['b', 50]]);
    expect(report.tokens.used).toBe(90);
  });

  test('refuses a use that is no count', async () => {
    const scheduler = createScheduler();
    scheduler.add({ name: 'a', run: ({ usedTokens }) => usedTokens(-1) });
    const { outcomes } = await scheduler.run();
    expect(outcomes).toMatchObject([{ ok: false, error: { option: 'usedTokens' } }]);
  });

  test('knows of use that is told too late, and of more than was estimated', () => {
    const tokens = new TokenBudget(100);
    tokens.reserve(1, 40);
    tokens.use(1, 50, false);
    expect(tokens.committed).toBe(50);
    tokens.settle(1);
    tokens.settle(1);
    expect([tokens.fit(50), tokens.fit(51)]).toEqual(['now', 'never']);
    tokens.use(1, 10, true);
    tokens.use(2, 15, true);
    expect(tokens.committed).toBe(75);
    tokens.reserve(3, 20);
    expect([tokens.fit(5), tokens.fit(6), tokens.fit(26)]).toEqual(['now', 'later', 'never']);
    tokens.settle(3);
    expect(tokens.committed).toBe(95);
    tokens.use(3, 2, true);
    expect(tokens.committed).toBe(77);
  });
});

describe('a deadline', () => {
  test('is flagged when it was missed, and counts from the addition while it runs', async () => {
    const clock = fakeClock();
    const scheduler = createScheduler({ clock, concurrency: 1 });
    const add = (name: string, deadlineMs: number): void =>
      scheduler.add({ name, deadlineMs, run: () => takes(clock, 10, null) });
    add('a', 10);
    add('b', 15);
    const end = scheduler.run();
    await clock.advance(5);
    add('c', 25);
    const report = await played(clock, end);
    expect(report.late).toEqual(['b']);
    expect(report.outcomes.map(({ ok, late }) => [ok, late])).toEqual([
      [true, false],
      [true, true],
      [true, false],
    ]);
  });

  test('that cannot be met any more skips the task, if asked for', async () => {
    for (const hopeless of ['skip', 'run'] as const) {
      const clock = fakeClock();
      const scheduler = createScheduler({ clock, concurrency: 1, hopeless });
      const run = (): Promise<null> => takes(clock, 10, null);
      scheduler.add({ name: 'a', estimatedMs: 10, priority: 'high', run });
      scheduler.add({ name: 'b', estimatedMs: 10, deadlineMs: 19, run });
      scheduler.add({ name: 'c', estimatedMs: 10, deadlineMs: 20, run });
      scheduler.add({ name: 'd', dependsOn: ['b'], run });
      expect(scheduler.plan().late).toEqual(hopeless === 'skip' ? ['b'] : ['b', 'c']);
      const report = await played(clock, scheduler.run());
      expect(report.late).toEqual(hopeless === 'skip' ? ['b'] : ['b', 'c']);
      expect(report.skipped).toBe(hopeless === 'skip' ? 2 : 0);
      if (hopeless === 'skip')
        expect(report.outcomes[1]).toMatchObject({
          gaveUp: 'skipped',
          error: { reason: 'deadline' },
        });
    }
  });
});

describe('ageing', () => {
  /** Starts a task of low urgency and then keeps the only slot busy with a chain of urgent ones. */
  async function startOf(priority: 'low' | 'background', ageingMs: number): Promise<number> {
    const clock = fakeClock();
    const scheduler = createScheduler({ clock, concurrency: 1, ageingMs });
    let startedMs = -1;
    scheduler.add({
      name: 'patient',
      priority,
      run: () => {
        startedMs = clock.now();
      },
    });
    for (const index of range(100))
      scheduler.add({
        name: `t${index}`,
        priority: 'critical',
        dependsOn: index === 0 ? [] : [`t${index - 1}`],
        run: () => takes(clock, 10, null),
      });
    await played(clock, scheduler.run());
    return startedMs;
  }

  test('makes up for one priority in each step', async () => {
    expect(await startOf('low', 100)).toBe(300);
    expect(await startOf('background', 100)).toBe(400);
    expect(await startOf('background', 50)).toBe(200);
    expect(await startOf('background', Infinity)).toBe(1_000);
  });

  test('keeps a task from being passed for ever by ones added later', async () => {
    const clock = fakeClock();
    const scheduler = createScheduler({ clock, concurrency: 1, ageingMs: 100 });
    let startedMs = -1;
    let count = 0;
    const more = (): void => {
      if (count >= 200) return;
      scheduler.add({
        name: `t${count++}`,
        priority: 'normal',
        estimatedMs: 1_000,
        run: async () => {
          more();
          await takes(clock, 10, null);
        },
      });
    };
    scheduler.add({
      name: 'short',
      estimatedMs: 1,
      run: () => {
        startedMs = clock.now();
      },
    });
    more();
    await played(clock, scheduler.run());
    expect(startedMs).toBeGreaterThan(0);
    expect(startedMs).toBeLessThanOrEqual(110);
  });
});
