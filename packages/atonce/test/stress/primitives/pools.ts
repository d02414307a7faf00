import { map } from '../../../src/engine/map.ts';
import type { PoolCallOptions } from '../../../src/engine/pools/call-options.ts';
import { createPools, type Pools } from '../../../src/engine/pools/create-pools.ts';
import { isAtonceError } from '../../../src/kernel/errors.ts';
import { behave } from '../behaviour.ts';
import type { Operation } from '../operation.ts';
import { Gauge } from '../watch/gauge.ts';
import { POOL_NAMES, type PoolName } from '../world.ts';

/** `createPools`: calls in the pools that all share, or in pools of its own that are drained and closed. */
export async function usePools(operation: Operation): Promise<void> {
  operation.drawSignal(0.5);
  if (operation.draw.chance(0.5)) await callShared(operation);
  else await ownPools(operation);
}

/** The gauges of a set of pools. */
type Gauges = Readonly<Record<PoolName, Gauge>>;

async function callShared(operation: Operation): Promise<void> {
  const { draw, world } = operation;
  const { pools, poolGauges, totalGauge } = world;
  const name = draw.pick(POOL_NAMES);
  if (draw.chance(0.2)) return runOnPool(operation, pools, name);
  if (draw.chance(0.02)) return pools.drain(name);
  await call(operation, { pools, gauges: poolGauges, total: totalGauge, name, depth: 0 });
}

interface Place {
  readonly pools: Pools<PoolName>;
  readonly gauges: Gauges;
  readonly total: Gauge | null;
  readonly name: PoolName;
  readonly depth: number;
}

async function call(operation: Operation, place: Place, outer?: AbortSignal): Promise<void> {
  const { draw } = operation;
  const { pools, gauges, total, name, depth } = place;
  const own = draw.maybe(0.1, () => operation.ownSignal(true));
  const signal = outer ?? own?.signal ?? operation.signal;
  const timeoutMs = draw.maybe(0.4, () => 1 + draw.ms(20_000));
  const priority = draw.pick(['critical', 'normal', 'normal', 'background'] as const);
  const isPlain = signal === undefined && timeoutMs === undefined && draw.chance(0.7);
  const options: PoolCallOptions | undefined = isPlain
    ? undefined
    : { signal, timeoutMs, priority };
  const willAbort = outer === undefined && own !== undefined ? true : operation.willAbort;
  const mayHang = timeoutMs !== undefined || (signal !== undefined && willAbort);
  const value = Symbol(name);
  const nested = async (inner: AbortSignal): Promise<void> => {
    // Only ever onwards, or tasks of two pools would wait for each other.
    const next = draw.pick(POOL_NAMES.slice(POOL_NAMES.indexOf(name)));
    await call(operation, { ...place, name: next, depth: depth + 1 }, inner);
  };
  const end = await operation.end(
    pools.run(
      name,
      (context) =>
        behave({
          operation,
          context,
          value,
          mayHang,
          // What is nested counts as part of the task that made it.
          gauges: depth > 0 || total === null ? [gauges[name]] : [gauges[name], total],
          nested: depth < 2 ? nested : undefined,
        }),
      options,
    ),
  );
  if (end.ok && end.value !== value) operation.fault(`a call in ${name} gave another's value`);
  if (end.ok) return;
  const isAborted = signal?.aborted === true && end.error === signal.reason;
  const isClosed = pools !== operation.world.pools && isAtonceError(end.error, 'E_POOL_CLOSED');
  if (!isAborted && !isClosed) operation.checkError(end.error, timeoutMs !== undefined);
}

/** A run that shares a pool's slots with the calls. */
async function runOnPool(
  operation: Operation,
  pools: Pools<PoolName>,
  name: PoolName,
): Promise<void> {
  const { clock, signal, willAbort, world } = operation;
  const concurrency = operation.watch(`pool ${name}`, pools.limit(name));
  const gauges = [world.poolGauges[name], world.totalGauge];
  const end = await operation.end(
    map(
      [0, 1, 2, 3],
      (item, context) => behave({ operation, context, value: item, gauges, mayHang: willAbort }),
      { concurrency, signal, clock },
    ),
  );
  if (!end.ok) operation.checkError(end.error, false);
}

async function ownPools(operation: Operation): Promise<void> {
  const { draw, clock, world } = operation;
  const { limit } = operation.takeLimit();
  const total = draw.maybe(0.5, () => draw.whole(1, 6));
  const pools = createPools({ io: 8, api: 2, db: 1, cpu: limit, total }, { clock });
  const gauge = (name: PoolName): Gauge =>
    new Gauge(`its own pool ${name}`, () => pools.stats[name].inFlight);
  const gauges = Object.fromEntries(POOL_NAMES.map((name) => [name, gauge(name)])) as Gauges;
  const all = total === undefined ? null : new Gauge('all its own pools', () => total);
  const calls = Array.from({ length: draw.whole(1, 12) }, () =>
    call(operation, { pools, gauges, total: all, name: draw.pick(POOL_NAMES), depth: 0 }),
  );
  if (draw.chance(0.7)) await Promise.all(calls);
  else await world.sleep(draw.ms(10_000));
  if (draw.chance(0.5)) await pools.drain(draw.maybe(0.5, () => draw.pick(POOL_NAMES)));
  await pools.close();
  await Promise.all(calls);
  const late = await operation.end(pools.run('io', () => 1));
  if (late.ok || !isAtonceError(late.error, 'E_POOL_CLOSED'))
    operation.fault('a closed pool took a call');
  for (const name of POOL_NAMES) {
    const { inFlight, queued } = pools.stats[name];
    if (inFlight + queued > 0) operation.fault(`its pool ${name} is not empty`);
  }
}
