import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PlanFolder } from './plan-folder.ts';

/** Sixty tasks in ten layers; each notes that it began, works a little, and notes that it ended. */
function layers(): Record<string, object> {
  const tasks: Record<string, object> = {};
  for (let layer = 0; layer < 10; layer++) {
    for (let place = 0; place < 6; place++) {
      const name = `${layer}-${place}`;
      const needs = layer === 0 ? [] : [place, (place + 1) % 6].map((at) => `${layer - 1}-${at}`);
      const run = `echo ${name} >> began; sleep 0.05; echo ${name} >> ended`;
      tasks[name] = { run, shell: true, needs };
    }
  }
  return tasks;
}

/** Names of the tasks that the journal has as done. */
function acknowledged(plan: PlanFolder): ReadonlySet<string> {
  return new Set(
    plan
      .lines('plan.journal')
      .flatMap((line) => /"type":"done","key":"([^"]+)"/.exec(line)?.[1] ?? []),
  );
}

test('a plan that is killed again and again loses and repeats no task that was written down', async () => {
  const plan = new PlanFolder(layers());
  const args = ['--journal', 'plan.journal', '--resume', '-j', '4', '-q'];
  const repeated: string[] = [];
  for (let round = 0; round < 8; round++) {
    const before = acknowledged(plan);
    const begun = plan.lines('began').length;
    const { child, ended } = plan.start(args);
    await sleep(250 + 60 * round);
    child.kill('SIGKILL');
    await ended;
    // What was running goes on for a moment: nobody was left to end it.
    await sleep(150);
    repeated.push(
      ...plan
        .lines('began')
        .slice(begun)
        .filter((name) => before.has(name)),
    );
    const lost = [...before].filter((name) => !acknowledged(plan).has(name));
    expect(lost).toEqual([]);
  }
  const before = acknowledged(plan);
  expect(before.size).toBeGreaterThan(0);
  const begun = plan.lines('began').length;
  const { code } = await plan.run(args);
  expect(code).toBe(0);
  repeated.push(
    ...plan
      .lines('began')
      .slice(begun)
      .filter((name) => before.has(name)),
  );
  expect(repeated).toEqual([]);
  expect(acknowledged(plan).size).toBe(60);
  const order = plan.lines('ended');
  for (const name of acknowledged(plan)) expect(order).toContain(name);
});
