import { createScheduler } from 'atonce';
import { fakeClock } from 'atonce/testing';
import type { Graph } from './graphs.ts';

/** How long a way of scheduling needs for a graph, milliseconds of simulated time. */
export type Policy = (graph: Graph) => number | Promise<number>;

/** The scheduler itself, really run, on a clock that jumps. */
export const scheduled: Policy = (graph) => run(graph, true);

/** The same when nothing is known of how long tasks take. */
export const scheduledUnknown: Policy = (graph) => run(graph, false);

async function run({ durationsMs, needs, slots }: Graph, known: boolean): Promise<number> {
  const clock = fakeClock();
  const scheduler = createScheduler({ clock, concurrency: slots });
  durationsMs.forEach((ms, task) =>
    scheduler.add({
      name: `t${task}`,
      dependsOn: (needs[task] ?? []).map((need) => `t${need}`),
      ...(known ? { estimatedMs: ms } : {}),
      run: () => new Promise<void>((resolve) => clock.after(ms, resolve)),
    }),
  );
  const end = scheduler.run();
  await clock.advance(durationsMs.reduce((sum, ms) => sum + ms, 0));
  const { ok, makespanMs } = await end;
  if (!ok) throw new Error('a task failed');
  return makespanMs;
}

/** What became ready first starts first. */
export const firstInFirstOut: Policy = (graph) => {
  const { durationsMs, needs, slots } = graph;
  const missing = needs.map((each) => each.length);
  const needers: number[][] = needs.map(() => []);
  needs.forEach((each, task) => each.forEach((need) => needers[need]?.push(task)));
  const ready = durationsMs.flatMap((_, task) => (missing[task] === 0 ? [task] : []));
  const running: { task: number; endMs: number }[] = [];
  let now = 0;
  for (let next = 0; next < ready.length || running.length > 0;) {
    for (; running.length < slots && next < ready.length; next++) {
      const task = ready[next] as number;
      running.push({ task, endMs: now + (durationsMs[task] as number) });
    }
    // At most sixteen run, so a search is as good as a heap.
    const first = running.reduce((a, b) => (b.endMs < a.endMs ? b : a));
    running.splice(running.indexOf(first), 1);
    now = first.endMs;
    for (const task of needers[first.task] ?? []) if (--missing[task]! === 0) ready.push(task);
  }
  return now;
};

/** Everything of the same depth together, and the next depth when all of it is done. */
export const batchByBatch: Policy = ({ durationsMs, needs, slots }) => {
  const depths: number[] = [];
  for (const each of needs)
    depths.push(Math.max(-1, ...each.map((need) => depths[need] as number)) + 1);
  const batches: number[][] = [];
  depths.forEach((depth, task) => (batches[depth] ??= []).push(task));
  let now = 0;
  for (const batch of batches) {
    const lanes = new Array<number>(slots).fill(now);
    for (const task of batch) {
      const lane = lanes.indexOf(Math.min(...lanes));
      lanes[lane]! += durationsMs[task] as number;
    }
    now = Math.max(...lanes);
  }
  return now;
};
