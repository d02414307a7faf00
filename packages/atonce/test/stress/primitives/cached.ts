import { cached } from '../../../src/engine/cache/cached.ts';
import { createCache } from '../../../src/engine/cache/create-cache.ts';
import { runParallel } from '../../../src/engine/run-parallel.ts';
import type { Task } from '../../../src/engine/task.ts';
import { isAtonceError } from '../../../src/kernel/errors.ts';
import { behave } from '../behaviour.ts';
import type { Operation } from '../operation.ts';

/** `cached` as the task of runs: equal items are computed once, by whichever run comes first. */
export async function runCached(operation: Operation): Promise<void> {
  const { draw, clock } = operation;
  operation.drawSignal(0.4);
  const { signal } = operation;
  const timeoutMs = draw.maybe(0.3, () => 1 + draw.ms(30_000));
  const cache = createCache<string>({ clock, random: draw.random });
  const atWork = new Set<number>();
  const task: Task<number, string> = async (item, context) => {
    if (atWork.has(item)) operation.fault(`item ${item} is computed twice at once`);
    atWork.add(item);
    // Who leaves last lets the computation go on alone, and another may begin.
    context.signal.addEventListener('abort', () => atWork.delete(item), { once: true });
    try {
      return await behave({
        operation,
        context,
        value: `value ${item}`,
        gauges: [],
        mayHang: false,
      });
    } finally {
      atWork.delete(item);
    }
  };
  const options = { signal, timeoutMs, clock, concurrency: draw.whole(1, 6) };
  const remembering = cached(task, { cache, key: String });
  const ends = await Promise.all(
    [6, 9].map((length) => {
      const items = Array.from({ length }, (_, index) => index % 4);
      return operation.end(runParallel(items, remembering, options));
    }),
  );
  await cache.settled();
  for (const end of ends) {
    if (!end.ok) return operation.checkError(end.error, false);
    for (const outcome of end.value) {
      if (outcome.ok && outcome.value !== `value ${outcome.item}`)
        operation.fault(`item ${outcome.item} gave ${outcome.value}`);
      if (outcome.ok || isAtonceError(outcome.error, 'E_CANCELLED')) continue;
      operation.checkError(outcome.error, timeoutMs !== undefined);
    }
  }
}
