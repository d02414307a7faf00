import type { Limit, SlotResult } from '../../../src/engine/limits/limit.ts';
import { map } from '../../../src/engine/map.ts';
import type { AdaptiveLimit } from '../../../src/engine/limits/adaptive/steered-limit.ts';
import { behave } from '../behaviour.ts';
import type { Operation } from '../operation.ts';
import { Gauge } from '../watch/gauge.ts';
import { drawAdaptiveLimit } from '../watch/shared-limits.ts';

/** A limit used by hand, as somebody's own code does; or an adaptive one that two runs share. */
export async function useLimit(operation: Operation): Promise<void> {
  if (operation.draw.chance(0.5)) await useByHand(operation);
  else await shareAdaptive(operation);
}

async function useByHand(operation: Operation): Promise<void> {
  const { draw, world } = operation;
  const { limit, gauge } = operation.takeLimit();
  for (let rounds = draw.whole(1, 4); rounds > 0; rounds--) {
    const isTaken = await operation.end(takeSlot(operation, limit));
    if (!isTaken.ok || !isTaken.value) continue;
    gauge.running++;
    if (gauge.running > gauge.most()) operation.fault(`${gauge.name} has too many at work`);
    const [ms, result] = [
      draw.ms(20_000),
      draw.pick<SlotResult>(['success', 'overload', 'ignore']),
    ];
    await world.sleep(ms);
    gauge.running--;
    limit.release(result, ms);
  }
}

/** Waits for a slot; false when it lost patience, or had no use for the slot when its turn came. */
async function takeSlot({ draw, world }: Operation, limit: Limit): Promise<boolean> {
  return new Promise((resolve) => {
    if (limit.tryAcquire()) return resolve(true);
    const ask = (): void => {
      const withdraw = limit.whenFree(() => {
        giveUp();
        if (draw.chance(0.1)) resolve(false);
        else if (limit.tryAcquire()) resolve(true);
        else ask();
      });
      const giveUp = world.clock.after(draw.ms(60_000), () => {
        withdraw();
        resolve(false);
      });
    };
    ask();
  });
}

async function shareAdaptive(operation: Operation): Promise<void> {
  const { draw, clock, world } = operation;
  operation.drawSignal(0.3);
  const { signal } = operation;
  const sound: AdaptiveLimit = drawAdaptiveLimit(draw, clock);
  const gauges = [new Gauge('its adaptive limit', () => sound.inFlight)];
  const concurrency = operation.watch('its adaptive limit', sound);
  const task = (
    item: number,
    context: { readonly signal: AbortSignal },
  ): number | PromiseLike<number> =>
    behave({ operation, context, value: item, gauges, mayHang: operation.willAbort });
  const runs = [5, 20].map((length) =>
    operation.end(map(Array(length).keys(), task, { concurrency, signal, clock })),
  );
  await world.sleep(draw.ms(5_000));
  sound.overloaded();
  if (draw.chance(0.5)) sound.reset();
  for (const end of await Promise.all(runs)) if (!end.ok) operation.checkError(end.error, false);
  if (sound.inFlight !== 0) operation.fault(`${sound.inFlight} slots are still taken`);
  if (sound.concurrency < 2 || sound.concurrency > 48)
    operation.fault(`its limit went to ${sound.concurrency}`);
}
