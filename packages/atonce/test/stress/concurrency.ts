import type { Limit } from '../../src/engine/limits/limit.ts';
import { map } from '../../src/engine/map.ts';
import { behave } from './behaviour.ts';
import type { Operation } from './operation.ts';
import { Gauge } from './watch/gauge.ts';

/** How many tasks of something may be at work, and where that is measured. */
export interface DrawnConcurrency {
  readonly concurrency: number | 'auto' | Limit;
  readonly gauges: readonly Gauge[];
}

/** A width of its own, a limit that others use too, or as good as none. */
export function drawConcurrency(operation: Operation): DrawnConcurrency {
  const { draw } = operation;
  if (draw.chance(0.4)) {
    const { limit, gauge } = operation.takeLimit();
    return { concurrency: limit, gauges: [gauge] };
  }
  if (draw.chance(0.2)) return { concurrency: draw.pick(['auto', Infinity]), gauges: [] };
  const width = draw.whole(1, 5);
  return { concurrency: width, gauges: [new Gauge('its own width', () => width)] };
}

/** A run inside a task, on the limit of that task, stopped with it. */
export function nestedMap(
  operation: Operation,
  concurrency: DrawnConcurrency['concurrency'],
  signal: AbortSignal,
): Promise<unknown> {
  const task = (
    item: number,
    context: { readonly signal: AbortSignal },
  ): number | PromiseLike<number> =>
    behave({ operation, context, value: item, gauges: [], mayHang: false });
  return map([0, 1, 2], task, { concurrency, signal, clock: operation.clock });
}
