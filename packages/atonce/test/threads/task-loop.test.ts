import { expect, test } from 'vitest';
import { cellMemory, memoryCell } from '../../src/threads/memory-cell.ts';
import { TaskLoop } from '../../src/threads/task-loop.ts';
import { encodeError } from '../../src/threads/wire-error.ts';
import type { ChunkMessage, ResultsMessage } from '../../src/threads/wire.ts';
import { until } from './support.ts';

function chunk(first: number, items: readonly unknown[]): ChunkMessage {
  const url = new URL('./fixtures/tasks.js', import.meta.url).href;
  const numbers = { indexes: 0, attempts: 1, timeoutMs: undefined };
  return { kind: 'chunk', first, url, exportName: 'sleep', items, ...numbers };
}

test('a worker that is never idle forgets what it was asked to stop, because numbers are used again', async () => {
  const results: ResultsMessage[] = [];
  const loop = new TaskLoop({
    cell: memoryCell(cellMemory()),
    post: () => undefined,
    postResults: (message) => void results.push(message),
  });
  const told = (): number => results.reduce((sum, { values }) => sum + values.length, 0);
  loop.receive(chunk(1, [20, 20]));
  loop.receive(chunk(3, [300, 1]));
  loop.receive({ kind: 'stop', first: 2, count: 1, reason: encodeError(new Error('enough')) });
  await until(() => told() === 2);
  // The numbers start over while it is at the second chunk.
  loop.receive(chunk(1, [1, 1, 1]));
  await until(() => told() === 7);
  const stopped = results.flatMap(({ failures, values }) =>
    values.map((_, at) => failures.some(([position]) => position === at)),
  );
  expect(stopped).toEqual([false, true, false, false, false, false, false]);
});
