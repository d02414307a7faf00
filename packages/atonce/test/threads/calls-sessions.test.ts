import { expect, test } from 'vitest';
import { Calls } from '../../src/threads/calls.ts';
import type { CallPool } from '../../src/threads/calls.ts';
import type { ChunkJob, Entry } from '../../src/threads/chunk.ts';
import { RemoteSession } from '../../src/threads/remote-session.ts';
import type { SessionPool } from '../../src/threads/remote-session.ts';
import type { WorkerSlot } from '../../src/threads/worker-slot.ts';

const source = { url: 'file:///task.js', exportName: 'default' } as never;

/** A worker that gives each item back at once. */
const echo = {
  sharable: true,
  inFlight: [],
  send(job: ChunkJob, entries: readonly Entry[]) {
    for (const entry of entries) job.succeeded(entry, entry.item, 0);
    job.settledSome();
  },
} as unknown as WorkerSlot;

test('calls whose time limits all differ leave few sessions behind', async () => {
  const sessions = new Set<RemoteSession<never, never>>();
  const sessionPool = {
    maxWorkers: 1,
    leave: (session) => void sessions.delete(session),
  } as SessionPool;
  const pool: CallPool = {
    pump() {
      for (const session of sessions) while (session.feed(echo));
    },
    openRemote(task, request, hooks) {
      const session = new RemoteSession<unknown, unknown>(sessionPool, task, request, hooks);
      sessions.add(session as never);
      return session;
    },
  };
  const calls = new Calls(pool, 0);
  let most = 0;
  for (let timeoutMs = 1; timeoutMs <= 1_000; timeoutMs++) {
    expect(await calls.run(source, timeoutMs, { timeoutMs })).toBe(timeoutMs);
    most = Math.max(most, sessions.size);
  }
  expect(most).toBeLessThanOrEqual(100);
  // Those that have something to do are never given up.
  const many = Array.from({ length: 300 }, (_, at) =>
    calls.run(source, at, { timeoutMs: 5_000 + at }),
  );
  expect(sessions.size).toBeGreaterThanOrEqual(300);
  expect(await Promise.all(many)).toHaveLength(300);
});
