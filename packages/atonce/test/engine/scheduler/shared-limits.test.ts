import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';
import type { Limit } from '../../../src/engine/limits/limit.ts';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';
import '../support/unhandled.ts';

test('a slot that comes free while a task gives back its pool is not missed', async () => {
  const concurrency = fixedLimit(1);
  concurrency.tryAcquire();
  const sound = fixedLimit(1);
  let isHeld = true;
  const pool: Limit = {
    concurrency: 1,
    get inFlight() {
      return sound.inFlight;
    },
    tryAcquire: () => sound.tryAcquire(),
    whenFree: (listener) => sound.whenFree(listener),
    release: (result, ms) => {
      sound.release(result, ms);
      if (isHeld) concurrency.release('ignore', 0);
      isHeld = false;
    },
  };
  const scheduler = createScheduler({ concurrency, pools: { pool } });
  scheduler.add({ name: 'task', run: () => 1, pool: 'pool' });
  expect(await scheduler.run()).toMatchObject({ ok: true });
  expect([concurrency.inFlight, sound.inFlight]).toEqual([0, 0]);
});

test('a limit that is the concurrency and a pool too gives each task one slot', async () => {
  const limit = fixedLimit(1);
  const scheduler = createScheduler({ concurrency: limit, pools: { same: limit } });
  for (const name of ['a', 'b', 'c'])
    scheduler.add({
      name,
      pool: 'same',
      run: async () => {
        expect(limit.inFlight).toBe(1);
        await Promise.resolve();
      },
    });
  expect(await scheduler.run()).toMatchObject({ ok: true });
  expect(limit.inFlight).toBe(0);
});

test.each(['concurrency', 'pool'])(
  'a limit that throws when the run withdraws from its %s ends the run with that error',
  async (place) => {
    const fault = new Error('broken limit');
    const limit: Limit = {
      concurrency: 1,
      inFlight: 1,
      tryAcquire: () => false,
      release: () => undefined,
      whenFree: () => () => {
        throw fault;
      },
    };
    const scheduler = createScheduler(
      place === 'pool' ? { pools: { pool: limit } } : { concurrency: limit },
    );
    scheduler.add({ name: 'task', run: () => 1, ...(place === 'pool' ? { pool: place } : {}) });
    const controller = new AbortController();
    const ended = scheduler.run({ signal: controller.signal });
    controller.abort();
    await expect(ended).rejects.toBe(fault);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  },
);
