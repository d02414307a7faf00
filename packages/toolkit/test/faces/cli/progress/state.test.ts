import { expect, test } from 'vitest';
import {
  applyEvent,
  endedJobs,
  initialState,
  jobsPerSecond,
  remainingMs,
} from '../../../../src/faces/cli/progress/state.ts';
import type { JobEvent, JobRecord } from '../../../../src/runs/report.ts';

const started = (sequence: number, slot = sequence): JobEvent => {
  return { type: 'started', sequence, slot, command: `job ${sequence}` };
};

const record = (sequence: number, end: JobRecord['end']): JobRecord => ({
  sequence,
  slot: 1,
  command: '',
  attempts: 1,
  startedAt: 0,
  durationMs: 5,
  end,
  resumed: false,
  outputBytes: 0,
  leftProcesses: 0,
});

test('a job is there from its start to its end', () => {
  const state = initialState(0);
  applyEvent(state, started(1), 10);
  applyEvent(state, started(2), 20);
  expect([...state.jobs.values()].map(({ startedMs }) => startedMs)).toEqual([10, 20]);
  applyEvent(state, { type: 'finished', job: record(1, { kind: 'exit', code: 0 }) }, 30);
  expect([...state.jobs.keys()]).toEqual([2]);
});

test('a retried job keeps its place, counts its tries and starts its time anew', () => {
  const state = initialState(0);
  applyEvent(state, started(1), 10);
  const end = { kind: 'exit', code: 1 } as const;
  applyEvent(state, { type: 'retrying', sequence: 1, attempt: 1, end, delayMs: 100 }, 50);
  expect(state.jobs.get(1)).toMatchObject({ attempt: 2, retryMs: 150 });
  applyEvent(state, started(1), 160);
  expect(state.jobs.get(1)).toMatchObject({ attempt: 2, retryMs: undefined, startedMs: 160 });
  expect(state.retries).toBe(1);
});

test('counts are taken as they are told; cancelled jobs are counted here', () => {
  const state = initialState(0);
  const counts = { total: 10, running: 2, succeeded: 4, failed: 1, resumed: 1 };
  applyEvent(state, { type: 'counts', ...counts }, 1);
  applyEvent(state, { type: 'finished', job: record(9, { kind: 'cancelled' }) }, 2);
  expect(state).toMatchObject({ ...counts, cancelled: 1 });
  expect(endedJobs(state)).toBe(6);
});

test('the rate leaves out what a journal had, and the time left follows from it', () => {
  const state = initialState(0);
  const counts = { total: 30, running: 0, succeeded: 20, failed: 0, resumed: 10 };
  applyEvent(state, { type: 'counts', ...counts }, 1);
  expect(jobsPerSecond(state, 5000)).toBe(2);
  expect(remainingMs(state, 5000)).toBe(5000);
});

test('before anything has ended, or without a total, the time left is not known', () => {
  const state = initialState(0);
  expect(remainingMs(state, 1000)).toBeUndefined();
  const counts = { total: undefined, running: 0, succeeded: 5, failed: 0, resumed: 0 };
  applyEvent(state, { type: 'counts', ...counts }, 1);
  expect(remainingMs(state, 1000)).toBeUndefined();
  expect(jobsPerSecond(initialState(7), 7)).toBe(0);
});
