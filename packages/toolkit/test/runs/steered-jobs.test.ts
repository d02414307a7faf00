import { expect, onTestFinished, test } from 'vitest';
import type { JobEvent } from '../../dist/runs/report.js';
import { SteeredJobs } from '../../dist/runs/steered-jobs.js';

function steered(events: JobEvent[] = []): SteeredJobs {
  const jobs = new SteeredJobs(
    { min: 1, initial: 64, max: 64 },
    (event) => void events.push(event),
  );
  onTestFinished(() => jobs.close());
  return jobs;
}

test('a run in which nothing changed ends where it began', () => {
  const events: JobEvent[] = [];
  expect(steered(events).report()).toEqual({
    min: 1,
    initial: 64,
    max: 64,
    final: 64,
    lowest: 64,
    highest: 64,
    changes: 0,
    lastChanges: [],
  });
  expect(events).toEqual([{ type: 'limit', from: 64, to: 64, reason: 'the start' }]);
});

test('every change is told, and the report knows the extremes', () => {
  const events: JobEvent[] = [];
  const jobs = steered(events);
  jobs.limit.overloaded();
  expect(events.at(-1)).toEqual({ type: 'limit', from: 64, to: 44, reason: 'overload' });
  expect(jobs.report()).toMatchObject({ final: 44, lowest: 44, highest: 64, changes: 1 });
});

test('of many changes the last hundred are kept, and all are counted', () => {
  const jobs = steered();
  for (let round = 0; round < 200; round++) {
    jobs.limit.overloaded();
    jobs.limit.reset();
  }
  const { changes, lastChanges } = jobs.report();
  expect([changes, lastChanges.length]).toEqual([400, 100]);
  expect(lastChanges.at(-1)).toMatchObject({ to: 64, law: 'reset' });
});
