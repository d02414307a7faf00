import { expect, test } from 'vitest';
import { moduleTaskSource } from '../../src/engine/task.ts';
import { AtonceError } from '../../src/kernel/errors.ts';
import { AdaptiveSession } from '../../src/threads/adaptive-session.ts';
import { threadSettings } from '../../src/threads/options.ts';
import { WorkerPool } from '../../src/threads/worker-pool.ts';
import { task } from './support.ts';

test('a time limit is kept where no worker can be started to keep it', async () => {
  const refuse = (): never => {
    throw new AtonceError('E_WORKER_START', 'no more threads');
  };
  const pool = new WorkerPool('threads', threadSettings({ workers: 2 }), refuse);
  const sleep = task<number, number>('sleep');
  const source = moduleTaskSource(sleep) as NonNullable<ReturnType<typeof moduleTaskSource>>;
  const { promise, settle } = first();
  const session = new AdaptiveSession<number, number>(
    source,
    {
      task: sleep,
      concurrency: undefined,
      total: 1,
      timeoutMs: 50,
      graceMs: 10,
      immediate: false,
      events: {
        succeeded: (_attempt, value) => settle(value),
        failed: (_attempt, error) => settle(error),
        reported: () => undefined,
        ready: () => undefined,
      },
    },
    { pool, workers: 2, begin: 'remote', mayMove: false, asked: false, loopConcurrency: 4 },
  );
  session.capacity(1);
  session.submit([{ item: 20_000, index: 0, attempt: 1 }]);
  expect(await promise).toMatchObject({ code: 'E_TIMEOUT' });
  session.close();
  expect(session.decision()).toMatchObject({ ran: 'loop', reason: 'no-worker' });
});

function first(): {
  readonly promise: Promise<unknown>;
  readonly settle: (value: unknown) => void;
} {
  let settle: (value: unknown) => void = () => undefined;
  const promise = new Promise((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}
