import type { ComputeContext } from '../../../src/engine/cache/flight.ts';
import { drawThrown } from '../thrown.ts';
import type { Operation } from '../operation.ts';
import { type Computed, STALE_MS, TTL_MS, type World } from '../world.ts';

const KEYS = 24;
const LONGEST_MS = 8_000;

/** `createCache`: values of shared keys got, set, forgotten and invalidated, with and without a store. */
export async function useCache(operation: Operation): Promise<void> {
  const { draw, world } = operation;
  const cache = draw.pick(world.caches);
  operation.drawSignal(0.4);
  const change = draw.chance(0.2) ? draw.whole(0, 4) : -1;
  const key = `key ${draw.whole(0, KEYS)}`;
  if (change === 0) return cache.delete(key);
  if (change === 1) return cache.invalidate({ tags: [tagOf(key)] });
  if (change === 2) return cache.set(key, computed(world, key), { tags: [tagOf(key)] });
  if (change === 3) return draw.chance(0.1) ? cache.clear() : cache.invalidate({ keys: [key] });
  if (change === 4) return checkValue(operation, key, await cache.get(key));
  const asked = [1, 2, 3].map(() => draw.chance(0.3)).filter(Boolean);
  await Promise.all([get(operation, key), ...asked.map(() => get(operation, key))]);
}

async function get(operation: Operation, key: string): Promise<void> {
  const { draw, world, signal } = operation;
  const cache = draw.pick(world.caches);
  const ttlMs = draw.pick([undefined, 0, 1_000, () => 5_000]);
  const compute = (context: ComputeContext): Promise<unknown> => computeValue(world, context);
  const end = await operation.end(
    cache.getOrCompute(key, compute, { signal, ttlMs, tags: [tagOf(key)] }),
  );
  if (end.ok) return checkValue(operation, key, end.value);
  // Whoever computed it may be another operation.
  if (!world.thrownInCaches.has(end.error)) operation.checkError(end.error, false);
}

function checkValue(operation: Operation, key: string, value: unknown): void {
  if (value === undefined) return;
  const { world } = operation;
  const got = value as Computed;
  if (got.key !== key) operation.fault(`${key} has the value of ${got.key}`);
  const ageMs = world.clock.now() - got.atMs;
  if (world.isSimulated && ageMs > TTL_MS + STALE_MS)
    operation.fault(`${key} has a value that is ${ageMs} ms old`);
}

async function computeValue(world: World, { key, signal }: ComputeContext): Promise<unknown> {
  const { draw } = world;
  if (draw.chance(0.8)) await world.sleep(draw.ms(LONGEST_MS));
  if (draw.chance(0.3) && signal.aborted) throw signal.reason;
  if (draw.chance(0.1)) {
    const error = drawThrown(draw);
    world.thrownInCaches.add(error);
    throw error;
  }
  return computed(world, key);
}

function computed(world: World, key: string): Computed {
  return { key, atMs: world.clock.now() };
}

function tagOf(key: string): string {
  return `tag ${key.length}`;
}
