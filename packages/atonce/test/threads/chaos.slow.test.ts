import { isAtonceError, runParallel } from 'atonce';
import { seededRandom } from 'atonce';
import { processes, threads } from 'atonce/threads';
import { describe, expect, test } from 'vitest';
import { task } from './support.ts';

describe('a pool of processes', () => {
  test('settles every item once while its workers are killed at random instants', async () => {
    const random = seededRandom(20261121);
    let deaths = 0;
    for (let round = 0; round < 6; round++) {
      await using pool = processes({ workers: 3, inline: false });
      const pids = new Set<number>();
      const items = Array.from({ length: 4000 }, (_, index) => index);
      const settled = new Map<number, number>();
      let over = false;
      const running = runParallel(items, task<number, { item: number; pid: number }>('withPid'), {
        on: pool,
        onProgress: (event) => {
          if (event.type === 'report') pids.add(event.data as number);
          if (event.type === 'settled')
            settled.set(event.index, (settled.get(event.index) ?? 0) + 1);
        },
      }).finally(() => (over = true));
      while (!over) {
        await new Promise((resolve) => setTimeout(resolve, 100 + random() * 200));
        const victim = [...pids][Math.floor(random() * pids.size)];
        if (victim === undefined || over) continue;
        pids.delete(victim);
        try {
          process.kill(victim, random() < 0.5 ? 'SIGKILL' : 'SIGTERM');
          deaths++;
        } catch {
          // It was gone already.
        }
      }
      const outcomes = await running;
      expect([...settled.values()].every((times) => times === 1)).toBe(true);
      expect(settled.size).toBe(items.length);
      let failures = 0;
      for (const outcome of outcomes) {
        if (outcome.ok) expect(outcome.value.item).toBe(outcome.item);
        else {
          failures++;
          expect(isAtonceError(outcome.error, 'E_WORKER_DIED')).toBe(true);
        }
      }
      // A death costs at most the one item that was running.
      expect(failures).toBeLessThanOrEqual(pool.stats.restarts);
    }
    expect(deaths).toBeGreaterThan(5);
  });
});

describe('a pool of threads', () => {
  test('settles every item once while its tasks exit, throw late and are stopped at random', async () => {
    const random = seededRandom(7);
    for (let round = 0; round < 20; round++) {
      await using pool = threads({ workers: 2, inline: false });
      const deaths = ['exit', 'throw later', 'exit later', 'reject unseen', 'leave a bomb'];
      const items = Array.from({ length: 500 }, (_, index) =>
        random() < 0.03 ? deaths[Math.floor(random() * deaths.length)] : index,
      );
      const controller = new AbortController();
      if (round % 4 === 3) setTimeout(() => controller.abort(), 100 + random() * 200);
      const outcomes = await runParallel(items, task<unknown, unknown>('dieOn'), {
        on: pool,
        signal: controller.signal,
      }).catch((error: unknown) => error);
      if (!Array.isArray(outcomes)) continue;
      expect(outcomes).toHaveLength(items.length);
      for (const outcome of outcomes) {
        if (typeof outcome.item === 'number' && !controller.signal.aborted)
          expect(outcome).toMatchObject({ ok: true, value: outcome.item });
      }
    }
  });
});
