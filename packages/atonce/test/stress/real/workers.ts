import { moduleTask, type Pool } from 'atonce/threads';
import { runParallel } from '../../../src/engine/run-parallel.ts';
import { isAtonceError } from '../../../src/kernel/errors.ts';
import type { Operation } from '../operation.ts';
import type { Generator } from '../primitives/all.ts';
import type { Work } from './worker-tasks.ts';

const work = moduleTask<Work, string>(new URL('./worker-tasks.js', import.meta.url), 'work');

const ways: readonly Work['how'][] = [
  ...Array.from({ length: 30 }, () => 'gives' as const),
  ...Array.from({ length: 10 }, () => 'spins' as const),
  ...Array.from({ length: 10 }, () => 'waits' as const),
  ...Array.from({ length: 5 }, () => 'fails' as const),
  'hangs',
  'exits',
];

/** Calls and runs on a pool of workers, some of which hang, fail, or end their worker. */
export function useWorkers(pool: Pool): Generator {
  return async (operation) => {
    const { draw } = operation;
    operation.drawSignal(0.3);
    const { signal } = operation;
    const timeoutMs = draw.whole(100, 300);
    if (draw.chance(0.7)) {
      const item = drawWork(operation, 0);
      const end = await operation.end(pool.run(work, item, { signal, timeoutMs }));
      if (!end.ok) checkError(operation, end.error);
      else if (end.value !== item.value) operation.fault(`gave ${end.value}`);
      return;
    }
    const items = Array.from({ length: draw.whole(1, 20) }, (_, at) => drawWork(operation, at));
    const end = await operation.end(runParallel(items, work, { on: pool, signal, timeoutMs }));
    if (!end.ok) return operation.checkError(end.error, false);
    if (end.value.length !== items.length) operation.fault(`gave ${end.value.length} outcomes`);
    for (const outcome of end.value) {
      if (!outcome.ok) checkError(operation, outcome.error);
      else if (outcome.value !== outcome.item.value) operation.fault(`gave ${outcome.value}`);
    }
  };
}

function drawWork({ draw, name }: Operation, at: number): Work {
  return { how: draw.pick(ways), ms: draw.ms(20), value: `${name} ${at}` };
}

function checkError(operation: Operation, error: unknown): void {
  if ((error as Partial<Error> | undefined)?.message === 'on purpose') return;
  if (isAtonceError(error, 'E_WORKER_DIED') || isAtonceError(error, 'E_CANCELLED')) return;
  operation.checkError(error, true);
}
