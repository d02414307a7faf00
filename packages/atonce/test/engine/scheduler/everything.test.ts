import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Priority } from '../../../src/engine/priority.ts';
import type { ScheduledTask } from '../../../src/engine/scheduler/scheduled-task.ts';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';
import { seededRandom } from '../../../src/kernel/random.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { countingLimit } from '../support/counting-limit.ts';
import { graphs, played, takes, tasksOf } from './support/graphs.ts';
import '../support/unhandled.ts';

const URGENCIES: readonly Priority[] = ['critical', 'high', 'normal', 'low', 'background'];
const WIDTH = 4;

/** Tasks with every feature there is, some of which fail, hang, or are told to stop. */
function featured(
  tasks: readonly ScheduledTask[],
  random: () => number,
  clock: ReturnType<typeof fakeClock>,
  controllers: AbortController[],
): ScheduledTask[] {
  const some = (share: number): boolean => random() < share;
  return tasks.map((task, index): ScheduledTask => {
    const [failures, hangs] = [some(0.3) ? 1 + Math.floor(random() * 3) : 0, some(0.1)];
    const controller = new AbortController();
    if (some(0.2)) controllers.push(controller);
    return {
      ...task,
      weight: 1 + Math.floor(random() * WIDTH),
      priority: URGENCIES[Math.floor(random() * 5)] as Priority,
      ...(some(0.5) ? { pool: some(0.5) ? 'a' : 'b' } : {}),
      ...(some(0.5) ? { estimatedTokens: Math.floor(random() * 50) } : {}),
      ...(some(0.2) ? { deadlineMs: random() * 100 } : {}),
      ...(hangs || some(0.2) ? { timeoutMs: 5 + random() * 10 } : {}),
      ...(some(0.4) ? { retry: { attempts: 2, backoff: random() * 30 } } : {}),
      ...(some(0.3) ? { onDependencyFailure: 'run' } : {}),
      signal: controller.signal,
      run: async ({ attempt, usedTokens }) => {
        usedTokens(Math.floor(random() * 40));
        await takes(clock, hangs ? 1e5 : (task.estimatedMs ?? 0), null);
        if (attempt <= failures) throw index;
        return index;
      },
    };
  });
}

test('all features together leave one outcome for each task and nothing else behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      graphs(30),
      fc.integer(),
      fc.option(fc.nat({ max: 200 })),
      async (nodes, seed, stopMs) => {
        const random = seededRandom(seed);
        const clock = fakeClock();
        const pools = { a: countingLimit(2), b: countingLimit(1) };
        const told = new Map<string, number>();
        const running = new Set<string>();
        const scheduler = createScheduler({
          clock,
          random,
          pools,
          concurrency: WIDTH,
          tokenBudget: 600,
          hopeless: 'skip',
          ageingMs: 20,
          onProgress: (event) => {
            if (event.type === 'finished' || event.type === 'report') return;
            if (event.type === 'started') running.add(event.name);
            else running.delete(event.name);
            const heavy = tasks.filter(({ name }) => running.has(name));
            expect(heavy.reduce((sum, { weight = 1 }) => sum + weight, 0)).toBeLessThanOrEqual(
              WIDTH,
            );
            expect(event.counts.running).toBe(running.size);
            if (event.type === 'settled') told.set(event.name, (told.get(event.name) ?? 0) + 1);
          },
        });
        const controllers: AbortController[] = [];
        const plain = tasksOf(nodes, () => null);
        const tasks = featured(plain, random, clock, controllers);
        scheduler.addAll(tasks);
        const controller = new AbortController();
        const end = scheduler.run({ signal: controller.signal });
        for (const each of controllers) clock.after(random() * 100, () => each.abort('one'));
        if (stopMs !== null) clock.after(stopMs, () => controller.abort('all'));
        const { outcomes, ...report } = await played(clock, end);
        expect(outcomes.map(({ item }) => item)).toEqual(tasks.map(({ name }) => name));
        expect([...told.values()].every((times) => times === 1)).toBe(true);
        expect(told.size).toBe(nodes.length);
        expect(report.succeeded + report.failed + report.skipped).toBe(nodes.length);
        expect(outcomes.filter(({ ok }) => ok)).toHaveLength(report.succeeded);
        for (const outcome of outcomes) {
          if (outcome.ok || outcome.gaveUp !== 'skipped') continue;
          expect(outcome.error).toMatchObject({ code: 'E_SKIPPED' });
        }
        expect([pools.a.inFlight, pools.b.inFlight, running.size]).toEqual([0, 0, 0]);
        expect(Math.max(pools.a.most - 2, pools.b.most - 1)).toBeLessThanOrEqual(0);
      },
    ),
    { numRuns: 150 },
  );
});
