import { expect, test } from 'vitest';
import { cellMemory, memoryCell } from '../../src/threads/memory-cell.ts';
import { threadSettings } from '../../src/threads/options.ts';
import { WorkerPool } from '../../src/threads/worker-pool.ts';
import type { StartWorker, WorkerLink, WorkerLinkEvents } from '../../src/threads/worker-link.ts';
import type { ChunkMessage, ToWorker } from '../../src/threads/wire.ts';
import { task, until } from './support.ts';

/** A worker that does only what the test says, for moments that a real one meets by chance. */
function puppet(): {
  readonly start: StartWorker;
  readonly said: string[];
  events: WorkerLinkEvents;
} {
  const said: string[] = [];
  const made = {
    said,
    events: undefined as unknown as WorkerLinkEvents,
    start: ((_setup, events): WorkerLink => {
      made.events = events;
      return {
        cell: { ...memoryCell(cellMemory()), running: () => 1 },
        post: (message: ToWorker) => void said.push(textOf(message)),
        terminate: () => void said.push('terminate'),
        keepAlive: () => undefined,
      };
    }) satisfies StartWorker,
  };
  return made;
}

function textOf(message: ToWorker): string {
  return message.kind === 'chunk'
    ? `chunk ${(message satisfies ChunkMessage).items.join()}`
    : message.kind;
}

test('a worker that is being ended is given nothing more', async () => {
  const worker = puppet();
  const settings = threadSettings({ workers: 1, graceMs: 1, inline: false });
  const pool = new WorkerPool('threads', settings, worker.start);
  const controller = new AbortController();
  const identity = task<string, string>('identity');
  const calls = ['a', 'b', 'c'].map((item) =>
    pool.run(identity, item, item === 'a' ? { signal: controller.signal } : {}),
  );
  const settled = Promise.allSettled(calls);
  await new Promise((resolve) => setImmediate(resolve));
  worker.events.message({ kind: 'ready' });
  expect(worker.said).toEqual(['chunk a', 'chunk b']);
  controller.abort('enough');
  await until(() => worker.said.includes('terminate'));
  // Its last words come after it was told to end.
  const result = { durations: [1], workMs: 1, waitedMs: 0, failures: [] };
  worker.events.message({ kind: 'results', first: 1, values: ['a'], ...result });
  worker.events.message({ kind: 'results', first: 2, values: ['b'], ...result });
  expect(worker.said).toEqual(['chunk a', 'chunk b', 'stop', 'terminate']);
  worker.events.ended({ how: 'exited with code 1', error: undefined });
  worker.events.message({ kind: 'ready' });
  expect(worker.said.at(-1)).toBe('chunk c');
  worker.events.message({ kind: 'results', first: 1, values: ['c'], ...result });
  expect(await settled).toMatchObject([
    { status: 'rejected', reason: 'enough' },
    { status: 'fulfilled', value: 'b' },
    { status: 'fulfilled', value: 'c' },
  ]);
});
