import { type Clock, fixedLimit, type Limit, type Random, seededRandom } from 'atonce';
import { Agenda } from './agenda.ts';
import { FarSide } from './far-side.ts';
import type { Resource } from './resource.ts';

/** Makes the limit under test, on virtual time and with chance of its own. */
export type MakeLimit = (clock: Clock, random: Random) => Limit;

/** One batch against one resource. */
export interface Trial {
  readonly resource: Resource;
  readonly items: number;
  readonly seed: number;
  readonly makeLimit: MakeLimit;
  /** Given up after so long, milliseconds of virtual time. */
  readonly mostMs?: number | undefined;
}

/** What became of a batch. */
export interface BatchResult {
  readonly makespanMs: number;
  readonly refusals: number;
  /** The limit after each request that was served. */
  readonly levels: readonly number[];
  /** When each was served, milliseconds. */
  readonly servedAtMs: readonly number[];
}

/** A refused request is made again after so many times that of one request. */
const RETRY_AFTER = 2;

/** Sends a batch of requests through a limit to a simulated far side. */
export function runBatch({
  resource,
  items,
  seed,
  makeLimit,
  mostMs = Infinity,
}: Trial): BatchResult {
  const agenda = new Agenda();
  const farSide = new FarSide(resource, agenda, seededRandom(seed));
  const limit = makeLimit(agenda, seededRandom(seed + 1));
  const levels: number[] = [];
  const servedAtMs: number[] = [];
  let waiting = items;
  let refusals = 0;
  const served = (): void => {
    levels.push(limit.concurrency);
    servedAtMs.push(agenda.now());
    farSide.capacity = capacityAfter(resource, levels.length / items);
  };
  const refused = (): void => {
    refusals++;
    agenda.after(RETRY_AFTER * resource.serviceMs, () => {
      waiting++;
    });
  };
  const send = (): void => {
    waiting--;
    const startedAt = agenda.now();
    farSide.request((isRefused) => {
      limit.release(isRefused ? 'overload' : 'success', agenda.now() - startedAt);
      if (isRefused) refused();
      else served();
    });
  };
  do {
    while (waiting > 0 && limit.tryAcquire()) send();
  } while (agenda.step() && agenda.now() < mostMs);
  return { makespanMs: agenda.now(), refusals, levels, servedAtMs };
}

function capacityAfter({ capacity, dip }: Resource, share: number): number {
  const isDip = share >= 1 / 3 && share < 2 / 3;
  return isDip ? Math.max(1, Math.round(capacity * dip)) : capacity;
}

/** The shortest makespan that any limit of a fixed number of slots reaches, looked for around the capacity. */
export function bestFixed(
  trial: Omit<Trial, 'makeLimit'>,
): BatchResult & { readonly slots: number } {
  const { capacity, dip } = trial.resource;
  const factors = [0.7, 0.85, 1, 1.1, 1.25, 1.4, 1.7, 2.5].flatMap((factor) => [
    factor,
    factor * dip,
  ]);
  const candidates = new Set(factors.map((factor) => Math.max(1, Math.round(capacity * factor))));
  const results = [...candidates].map((slots) => ({
    slots,
    ...runBatch({ ...trial, makeLimit: () => fixedLimit(slots) }),
  }));
  return results.reduce((best, one) => (one.makespanMs < best.makespanMs ? one : best));
}
