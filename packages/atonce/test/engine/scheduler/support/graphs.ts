import fc from 'fast-check';
import { setImmediate } from 'node:timers';
import type { ScheduledTask } from '../../../../src/engine/scheduler/scheduled-task.ts';
import type { FakeClock } from '../../../../src/testing/fake-clock.ts';

/** A task of a random graph; it depends on tasks with smaller numbers. */
export interface Node {
  readonly ms: number;
  readonly needs: readonly number[];
}

/** Graphs of up to so many tasks. */
export function graphs(most: number): fc.Arbitrary<Node[]> {
  const node = fc.record({ ms: fc.nat({ max: 20 }), needs: fc.array(fc.nat(), { maxLength: 3 }) });
  return fc.array(node, { maxLength: most }).map((nodes) =>
    nodes.map(({ ms, needs }, index) => ({
      ms,
      needs: index === 0 ? [] : [...new Set(needs.map((need) => need % index))],
    })),
  );
}

/** Name of the task with a number. */
export function named(index: number): string {
  return `t${index}`;
}

/** The graph as tasks that do `work`. */
export function tasksOf(nodes: readonly Node[], work: (index: number) => unknown): ScheduledTask[] {
  return nodes.map(({ ms, needs }, index) => ({
    name: named(index),
    dependsOn: needs.map(named),
    estimatedMs: ms,
    run: () => work(index),
  }));
}

/** Longest way and whole work of a graph, found without the code under test. */
export function boundsOf(nodes: readonly Node[]): { path: number; total: number } {
  const ends: number[] = [];
  for (const { ms, needs } of nodes)
    ends.push(ms + Math.max(0, ...needs.map((need) => ends[need] ?? 0)));
  return {
    path: Math.max(0, ...ends),
    total: nodes.reduce((sum, { ms }) => sum + ms, 0),
  };
}

/** A task that takes so long on the fake clock. */
export function takes<V>(clock: FakeClock, ms: number, value: V): Promise<V> {
  return new Promise((resolve) => clock.after(ms, () => resolve(value)));
}

/** Moves the clock on until the promise has settled. */
export async function played<V>(clock: FakeClock, promise: Promise<V>): Promise<V> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  for (let rounds = 0; !settled && rounds < 10_000; rounds++) {
    if (clock.pending > 0) await clock.advance(1_000);
    else await new Promise((resolve) => setImmediate(resolve));
  }
  return promise;
}
