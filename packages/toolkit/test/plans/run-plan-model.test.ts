import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimatesOf } from '../../dist/plans/durations/estimates.js';
import type { PlanReport } from '../../dist/plans/plan-report.js';
import type { PlanHost, PlanRequest } from '../../dist/plans/plan-request.js';
import { runPlan } from '../../dist/plans/run-plan.js';
import { planOf, tools } from './plan-of.ts';

interface ModelTask {
  readonly good: boolean;
  readonly allowFailure: boolean;
  readonly isGroup: boolean;
  readonly when: 'success' | 'failure' | 'always' | 'success || failure' | 'false';
  readonly needs: readonly number[];
}

/** Tasks that each need some of those before. */
const graphs = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc.tuple(
    ...Array.from({ length: size }, (_, at) =>
      fc.record({
        good: fc.boolean(),
        allowFailure: fc.boolean(),
        isGroup: fc.boolean().map((chosen) => chosen && at > 0),
        when: fc.constantFrom(
          'success',
          'success',
          'failure',
          'always',
          'success || failure',
          'false',
        ),
        needs: fc.subarray(Array.from({ length: at }, (_before, before) => before)),
      }),
    ),
  ),
) as fc.Arbitrary<readonly ModelTask[]>;

/** What the guide says becomes of each task. */
function expected(tasks: readonly ModelTask[]): string[] {
  const outcomes: string[] = [];
  const afterFailure: boolean[] = [];
  for (const { good, allowFailure, isGroup, when, needs } of tasks) {
    const success = needs.every((need) => outcomes[need] === 'success');
    const failure = needs.some((need) => afterFailure[need] === true);
    const runs = {
      success,
      failure,
      always: true,
      'success || failure': success || failure,
      false: false,
    }[when];
    const ends = good || allowFailure || isGroup ? 'success' : 'failure';
    outcomes.push(runs ? ends : 'skipped');
    afterFailure.push(failure || outcomes.at(-1) === 'failure');
  }
  return outcomes;
}

function requestOf(tasks: readonly ModelTask[], jobs: number, journal?: string): PlanRequest {
  const fields = tasks.map(({ good, allowFailure, isGroup, when, needs }, at) => {
    const run = isGroup ? {} : { run: [good ? 'true' : 'false', String(at)] };
    return [`t${at}`, { ...run, allowFailure, when, needs: needs.map((need) => `t${need}`) }];
  });
  const plan = planOf(JSON.stringify({ tasks: Object.fromEntries(fields) }));
  return {
    plan: { ...plan, folder: tmpdir() },
    tasks: plan.tasks,
    jobs,
    pools: new Map(),
    estimates: estimatesOf(plan.tasks, new Map()),
    timeoutMs: undefined,
    retries: undefined,
    graceMs: 1000,
    halt: { when: 'never' },
    keepOrder: false,
    output: 'group',
    tag: false,
    journal:
      journal === undefined ? undefined : { file: journal, resume: true, acceptChanges: false },
    resultsDir: undefined,
    joblog: undefined,
    trace: undefined,
    forceColor: false,
    spawn: 'direct',
    tools,
  };
}

async function run(request: PlanRequest, host: Partial<PlanHost> = {}): Promise<PlanReport> {
  const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });
  return runPlan(request, { stdout: nowhere(), stderr: nowhere(), env: process.env, ...host });
}

const outcomesOf = ({ tasks }: PlanReport): string[] => tasks.map(({ outcome }) => outcome);

test('tasks end as the guide says, whatever the graph, the conditions and the slots', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.integer({ min: 1, max: 3 }), async (tasks, jobs) => {
      const report = await run(requestOf(tasks, jobs));
      const outcomes = expected(tasks);
      expect(outcomesOf(report)).toEqual(outcomes);
      const count = (wanted: string): number => outcomes.filter((each) => each === wanted).length;
      const { succeeded, failed, skipped, cancelled } = report;
      expect({ succeeded, failed, skipped, cancelled }).toEqual({
        succeeded: count('success'),
        failed: count('failure'),
        skipped: count('skipped'),
        cancelled: 0,
      });
      expect(report.exitCode).toBe(failed > 0 ? 1 : 0);
    }),
    { numRuns: 60 },
  );
});

test('a run that is stopped at any moment accounts for every task once', async () => {
  const how = fc.constantFrom('signal', 'killNow', 'soon', 'now');
  await fc.assert(
    fc.asyncProperty(graphs, how, fc.integer({ min: 0, max: 12 }), async (tasks, stop, afterMs) => {
      const controller = new AbortController();
      const halt =
        stop === 'soon' || stop === 'now' ? ({ when: stop, failures: 1 } as const) : undefined;
      const timer = setTimeout(() => controller.abort(), afterMs);
      const request = {
        ...requestOf(tasks, 2),
        retries: 1,
        ...(halt === undefined ? {} : { halt }),
      };
      const report = await run(request, halt === undefined ? { [stop]: controller.signal } : {});
      clearTimeout(timer);
      expect(report.tasks.map(({ name }) => name)).toEqual(tasks.map((_, at) => `t${at}`));
      const { succeeded, failed, skipped, cancelled } = report;
      expect(succeeded + failed + skipped + cancelled).toBe(tasks.length);
      if (report.stopped === undefined) expect(cancelled).toBe(0);
    }),
    { numRuns: 40 },
  );
});

test('a continued run ends as the first did, and runs only what failed and what follows it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atonce-plan-model-'));
  let count = 0;
  try {
    await fc.assert(
      fc.asyncProperty(graphs, async (tasks) => {
        const journal = join(folder, String(count++));
        const first = await run(requestOf(tasks, 2, journal));
        const second = await run(requestOf(tasks, 2, journal));
        expect(outcomesOf(second)).toEqual(outcomesOf(first));
        const again = new Set<number>();
        for (const [at, { needs }] of tasks.entries()) {
          const outcome = outcomesOf(first)[at];
          if (outcome === 'skipped') continue;
          if (outcome === 'failure' || needs.some((need) => again.has(need))) again.add(at);
        }
        for (const [at, { job }] of second.tasks.entries()) {
          if (job === undefined || tasks[at]?.isGroup === true) continue;
          expect([at, job.resumed]).toEqual([at, !again.has(at)]);
        }
      }),
      { numRuns: 40 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
