import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Priority } from '../../../src/engine/priority.ts';
import type { ScheduledTask } from '../../../src/engine/scheduler/scheduled-task.ts';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';
import { seededRandom } from '../../../src/kernel/random.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { countingLimit } from '../support/counting-limit.ts';
import { range, turns } from '../support/turn.ts';
import { boundsOf, graphs, named, played, takes, tasksOf } from './support/graphs.ts';
import '../support/unhandled.ts';

const runs = { numRuns: 60 };
const slots = fc.integer({ min: 1, max: 6 });

/** How the task with a number behaves in a random run. */
type Behaviour = 'value' | 'sync' | 'throws' | 'rejects';
const behaviours = fc.infiniteStream(
  fc.constantFrom<Behaviour>('value', 'value', 'sync', 'value', 'throws', 'rejects', 'value'),
);

describe('whatever the graph and whatever fails', () => {
  test('dependencies are over first, slots are kept, and each task has one outcome', async () => {
    await fc.assert(
      fc.asyncProperty(
        graphs(30),
        slots,
        behaviours,
        fc.boolean(),
        async (nodes, width, all, anyway) => {
          const behaves = range(nodes.length).map(() => all.next().value as Behaviour);
          const over = new Set<number>();
          const calls = nodes.map(() => 0);
          let running = 0;
          const work = (index: number): unknown => {
            calls[index]!++;
            expect(++running).toBeLessThanOrEqual(width);
            for (const need of nodes[index]?.needs ?? [])
              expect(over.has(need) || failed(need)).toBe(true);
            const end = (): number => {
              running--;
              over.add(index);
              return index;
            };
            const how = behaves[index];
            if (how === 'sync') return end();
            if (how === 'throws') {
              end();
              throw named(index);
            }
            return turns((nodes[index]?.ms ?? 0) % 3).then(() => {
              end();
              if (how === 'rejects') throw named(index);
              return index;
            });
          };
          // Found without the code under test: who fails, and who is skipped for it.
          const failedSet = new Set<number>();
          const skippedSet = new Set<number>();
          nodes.forEach(({ needs }, index) => {
            const isDoomed = needs.some((need) => failedSet.has(need) || skippedSet.has(need));
            if (isDoomed && !anyway) skippedSet.add(index);
            else if (behaves[index] === 'throws' || behaves[index] === 'rejects')
              failedSet.add(index);
          });
          const failed = (index: number): boolean => failedSet.has(index) || skippedSet.has(index);

          const scheduler = createScheduler({ concurrency: width });
          const policy = anyway ? 'run' : 'skip';
          scheduler.addAll(
            tasksOf(nodes, work).map((task) => ({ ...task, onDependencyFailure: policy })),
          );
          const { outcomes, ...report } = await scheduler.run();
          expect(running).toBe(0);
          expect(calls).toEqual(nodes.map((_, index) => (skippedSet.has(index) ? 0 : 1)));
          expect(outcomes.map(({ item }) => item)).toEqual(nodes.map((_, index) => named(index)));
          outcomes.forEach((outcome, index) => {
            expect(outcome.ok).toBe(!failed(index));
            if (outcome.ok) expect(outcome.value).toBe(index);
            else expect(outcome.gaveUp).toBe(skippedSet.has(index) ? 'skipped' : 'no-retry');
          });
          expect([report.failed, report.skipped]).toEqual([failedSet.size, skippedSet.size]);
        },
      ),
      runs,
    );
  });

  test('an abort at any time ends the run with one outcome each, and gives all slots back', async () => {
    await fc.assert(
      fc.asyncProperty(graphs(25), slots, fc.nat({ max: 12 }), async (nodes, width, after) => {
        const controller = new AbortController();
        const pool = countingLimit(width);
        const scheduler = createScheduler({ pools: { pool } });
        const work = (index: number): unknown => turns((nodes[index]?.ms ?? 0) % 4);
        scheduler.addAll(tasksOf(nodes, work).map((task) => ({ ...task, pool: 'pool' })));
        const end = scheduler.run({ signal: controller.signal });
        await turns(after);
        controller.abort('enough');
        const { outcomes } = await end;
        expect(outcomes).toHaveLength(nodes.length);
        for (const outcome of outcomes) if (!outcome.ok) expect(outcome.gaveUp).toBe('cancelled');
        expect(pool.inFlight).toBe(0);
        expect(pool.released).toHaveLength(pool.acquired);
      }),
      runs,
    );
  });
});

describe('in time that is simulated', () => {
  test('the makespan is between the bound and Graham’s, and the plan knew it', async () => {
    await fc.assert(
      fc.asyncProperty(graphs(40), slots, async (nodes, width) => {
        const clock = fakeClock();
        const scheduler = createScheduler({ clock, concurrency: width });
        scheduler.addAll(tasksOf(nodes, (index) => takes(clock, nodes[index]?.ms ?? 0, index)));
        const plan = scheduler.plan();
        const { path, total } = boundsOf(nodes);
        const report = await played(clock, scheduler.run());
        const bound = Math.max(path, total / Math.min(width, Math.max(1, nodes.length)));
        expect(report.criticalPath.ms).toBe(path);
        expect(report.lowerBoundMs).toBeCloseTo(bound);
        expect(plan.lowerBoundMs).toBeCloseTo(bound);
        expect(plan.criticalPath).toEqual(report.criticalPath);
        expect(report.makespanMs).toBeGreaterThanOrEqual(bound - 1e-9);
        // Graham 1966, in the form that needs no optimum.
        const graham = total / width + (1 - 1 / width) * path;
        expect(plan.makespanMs).toBeLessThanOrEqual(graham + 1e-9);
        expect(report.makespanMs).toBeLessThanOrEqual(graham + 1e-9);
        expect(report.utilisation).toBeLessThanOrEqual(1);
      }),
      runs,
    );
  });

  test('of tasks that take some time the plan predicts every start', async () => {
    await fc.assert(
      fc.asyncProperty(graphs(25), slots, fc.integer(), async (nodes, width, seed) => {
        // Times that never coincide, so that no order of equal times matters.
        const random = seededRandom(seed);
        const timed = nodes.map((node) => ({ ...node, ms: 1 + random() }));
        const clock = fakeClock();
        const scheduler = createScheduler({ clock, concurrency: width });
        const starts = new Map<string, number>();
        const work = (index: number): Promise<number> => {
          starts.set(named(index), clock.now());
          return takes(clock, timed[index]?.ms ?? 0, index);
        };
        scheduler.addAll(tasksOf(timed, work));
        const plan = scheduler.plan();
        await played(clock, scheduler.run());
        expect(starts.size).toBe(nodes.length);
        for (const { name, startMs } of plan.starts)
          expect(starts.get(name)).toBeCloseTo(startMs, 6);
      }),
      runs,
    );
  });

  test('a more urgent task is passed only by those that became ready long enough before', async () => {
    const urgencies: readonly Priority[] = ['critical', 'high', 'normal', 'low', 'background'];
    const ageingMs = 15;
    await fc.assert(
      fc.asyncProperty(
        graphs(40),
        fc.array(fc.nat({ max: 4 }), { minLength: 40, maxLength: 40 }),
        async (nodes, levels) => {
          const clock = fakeClock();
          const scheduler = createScheduler({ clock, concurrency: 2, ageingMs });
          const started: { index: number; at: number }[] = [];
          const ends = new Map<number, number>();
          const work = async (index: number): Promise<void> => {
            started.push({ index, at: clock.now() });
            await takes(clock, nodes[index]?.ms ?? 0, index);
            ends.set(index, clock.now());
          };
          const tasks = tasksOf(nodes, work).map((task, index) => ({
            ...task,
            priority: urgencies[levels[index] as number] as Priority,
          }));
          scheduler.addAll(tasks);
          await played(clock, scheduler.run());
          const readyAt = (index: number): number =>
            Math.max(0, ...(nodes[index]?.needs ?? []).map((need) => ends.get(need) as number));
          for (const [place, first] of started.entries()) {
            const level = levels[first.index] as number;
            const since = readyAt(first.index);
            const left = started.slice(place + 1).map(({ index }) => index);
            /** Whether one task has aged enough beside another, more urgent one. */
            const passes = (old: number, other: number): boolean =>
              readyAt(other) - readyAt(old) >=
              ((levels[old] ?? 0) - (levels[other] ?? 0)) * ageingMs;
            for (const other of left) {
              const isLess = (levels[other] as number) > level;
              if (isLess && readyAt(other) < first.at)
                expect(passes(other, first.index)).toBe(false);
            }
            const urgent = left.filter((other) => (levels[other] as number) < level);
            if (!urgent.some((other) => readyAt(other) < first.at)) continue;
            const ready = urgent.filter((other) => readyAt(other) <= first.at);
            expect(since).toBeLessThanOrEqual(first.at);
            expect(ready.some((other) => passes(first.index, other))).toBe(true);
          }
        },
      ),
      runs,
    );
  });

  test('reservations never exceed the token budget, and every task is run or named', async () => {
    const costs = fc.array(fc.nat({ max: 60 }), { minLength: 25, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(
        graphs(25),
        costs,
        fc.nat({ max: 300 }),
        async (nodes, cost, tokenBudget) => {
          const clock = fakeClock();
          const scheduler = createScheduler({ clock, concurrency: 4, tokenBudget });
          let held = 0;
          let spent = 0;
          const tasks: ScheduledTask[] = tasksOf(nodes, () => null).map((task, index) => ({
            ...task,
            estimatedTokens: cost[index] as number,
            run: async ({ usedTokens }) => {
              const estimate = cost[index] as number;
              held += estimate;
              expect(spent + held).toBeLessThanOrEqual(tokenBudget);
              await takes(clock, nodes[index]?.ms ?? 0, null);
              const used = index % 2 === 0 ? Math.floor(estimate / 2) : estimate;
              usedTokens(used);
              held -= estimate;
              spent += used;
            },
          }));
          scheduler.addAll(tasks);
          const report = await played(clock, scheduler.run());
          expect(report.tokens.used).toBe(spent);
          expect(spent).toBeLessThanOrEqual(tokenBudget);
          const unfit = new Set(report.tokens.unfit);
          for (const outcome of report.outcomes) {
            if (outcome.ok) continue;
            expect(outcome.gaveUp).toBe('skipped');
            expect(unfit.has((outcome.error as { task: string }).task)).toBe(true);
          }
        },
      ),
      runs,
    );
  });

  test('tasks added at random times keep all rules', async () => {
    await fc.assert(
      fc.asyncProperty(graphs(30), slots, fc.integer(), async (nodes, width, seed) => {
        const random = seededRandom(seed);
        const clock = fakeClock();
        const scheduler = createScheduler({ clock, concurrency: width });
        const over = new Set<number>();
        let running = 0;
        const tasks = tasksOf(nodes, async (index) => {
          expect(++running).toBeLessThanOrEqual(width);
          for (const need of nodes[index]?.needs ?? []) expect(over.has(need)).toBe(true);
          await takes(clock, nodes[index]?.ms ?? 0, null);
          running--;
          over.add(index);
        });
        scheduler.add({ name: 'open', run: () => takes(clock, 1_000, null) });
        const end = scheduler.run();
        for (let next = 0; next < tasks.length;) {
          const group = 1 + Math.floor(random() * 4);
          scheduler.addAll(tasks.slice(next, next + group).toReversed());
          next += group;
          await clock.advance(random() * 20);
        }
        expect((await played(clock, end)).succeeded).toBe(nodes.length + 1);
        expect(over.size).toBe(nodes.length);
      }),
      runs,
    );
  });
});
