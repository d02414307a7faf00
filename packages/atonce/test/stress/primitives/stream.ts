import { stream, type OutcomeStream } from '../../../src/engine/stream.ts';
import type { Outcome } from '../../../src/kernel/outcome.ts';
import type { Operation } from '../operation.ts';
import { RunPlan } from '../run-plan.ts';

type Outcomes = Outcome<number, string>[];

/** `stream`: read to its end, slowly, ahead, left early, thrown out of, or forgotten until it is aborted. */
export async function readStream(operation: Operation): Promise<void> {
  const { draw } = operation;
  const plan = new RunPlan(operation);
  const order = draw.pick(['input', 'completion'] as const);
  const highWaterMark = draw.maybe(0.5, () => draw.whole(1, 6));
  const outcomes = stream(plan.source.items, plan.task, { ...plan.options, order, highWaterMark });
  const read: Outcomes = [];
  const way = draw.pick(['whole', 'whole', 'slow', 'ahead', 'left', 'thrown', 'forgotten']);
  const leaveAt = way === 'left' || way === 'thrown' ? draw.whole(0, 4) : Infinity;
  const end = await operation.end(
    way === 'ahead'
      ? readAhead(outcomes, read)
      : readOn(operation, outcomes, { read, way, leaveAt }),
  );
  const isWhole = end.ok && leaveAt === Infinity;
  if (isWhole || order === 'input') plan.checkOutcomes(read, order === 'input');
  else plan.checkEach(read);
  if (isWhole && read.length !== plan.source.count)
    operation.fault(`gave ${read.length} outcomes of ${plan.source.count}`);
  if (!end.ok) operation.checkError(end.error, plan.isTimed);
  plan.checkLeftovers();
}

interface Reading {
  readonly read: Outcomes;
  readonly way: string;
  readonly leaveAt: number;
}

async function readOn(
  operation: Operation,
  outcomes: OutcomeStream<number, string>,
  { read, way, leaveAt }: Reading,
): Promise<void> {
  const { draw, world, signal } = operation;
  if (leaveAt === 0) return void (await outcomes.return());
  for await (const outcome of outcomes) {
    read.push(outcome);
    if (way === 'slow') await world.sleep(draw.ms(5_000));
    if (way === 'forgotten' && signal !== undefined && operation.willAbort) await aborted(signal);
    if (read.length < leaveAt) continue;
    if (way === 'thrown') throw operation.failure();
    break;
  }
}

/** Several reads at once; each has its answer, in order. */
async function readAhead(outcomes: OutcomeStream<number, string>, read: Outcomes): Promise<void> {
  for (;;) {
    const steps = await Promise.allSettled([1, 2, 3].map(() => outcomes.next()));
    for (const step of steps) {
      if (step.status === 'rejected') throw step.reason;
      if (step.value.done === true) return;
      read.push(step.value.value);
    }
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
