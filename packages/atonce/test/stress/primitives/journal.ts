import type { Journal, JournalSession } from '../../../src/engine/journal.ts';
import { runParallel } from '../../../src/engine/run-parallel.ts';
import { AtonceError, isAtonceError } from '../../../src/kernel/errors.ts';
import { memoryJournal } from '../../../src/testing/memory-journal.ts';
import { behave } from '../behaviour.ts';
import type { Operation } from '../operation.ts';

const ITEMS = 8;

/** A run with a journal, stopped and begun again: what it has told as done is not done again. */
export async function runJournaled(operation: Operation): Promise<void> {
  const { draw, clock, world } = operation;
  const done = new Set<number>();
  const journal = slowJournal(operation, memoryJournal());
  const task = (
    item: number,
    context: { readonly signal: AbortSignal },
  ): string | PromiseLike<string> => {
    if (done.has(item)) operation.fault(`item ${item} is done again`);
    return behave({ operation, context, value: `done ${item}`, gauges: [], mayHang: false });
  };
  for (let runs = draw.whole(1, 4); runs > 0; runs--) {
    const controller = new AbortController();
    const cancelAbort = world.clock.after(draw.ms(60_000), () => controller.abort('next'));
    const { signal } = controller;
    const options = { journal, signal, clock, concurrency: draw.whole(1, 4) };
    const running = operation.end(runParallel(Array(ITEMS).keys(), task, options));
    if (draw.chance(0.2)) await checkLocked(operation, journal);
    const end = await running;
    cancelAbort();
    if (!end.ok) {
      operation.checkError(end.error, false);
      continue;
    }
    for (const outcome of end.value) {
      if (outcome.ok) done.add(outcome.item);
      else if (!isAtonceError(outcome.error, 'E_CANCELLED'))
        operation.checkError(outcome.error, false);
      if (done.has(outcome.item) && !outcome.ok) operation.fault(`forgot item ${outcome.item}`);
    }
  }
  const session = await operation.end(journal.open({ task: '', code: '', options: {} }));
  if (!session.ok && isAtonceError(session.error, 'E_LOCKED'))
    operation.fault('left its journal locked');
}

/** A second run cannot have the journal; that it tried must not disturb the first. */
async function checkLocked(operation: Operation, journal: Journal): Promise<void> {
  const { clock } = operation;
  const end = await operation.end(runParallel([1], () => 1, { journal, clock }));
  const mayBe = ['E_LOCKED', 'E_JOURNAL_CHANGED', 'E_JOURNAL'] as const;
  if (!end.ok && mayBe.some((code) => isAtonceError(end.error, code))) return;
  operation.fault('two runs had one journal');
}

/** A journal that takes its time and, seldom, cannot write. */
function slowJournal(operation: Operation, sound: Journal): Journal {
  const { draw, world } = operation;
  const wait = async (): Promise<void> => {
    if (draw.chance(0.5)) await world.sleep(draw.ms(500));
    if (!draw.chance(0.01)) return;
    const error = new AtonceError('E_JOURNAL', 'the disk is full');
    operation.thrown.add(error);
    throw error;
  };
  return {
    open: async (plan) => {
      const session = await sound.open(plan);
      const slow: JournalSession = {
        keyOf: (item) => session.keyOf(item),
        done: (key) => session.done(key),
        append: async (record) => {
          await wait();
          await session.append(record);
        },
        close: async () => {
          await session.close();
          await wait();
        },
      };
      return slow;
    },
  };
}
