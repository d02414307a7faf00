import { expect, test } from 'vitest';
import { fuzzDelays } from '../../src/testing/fuzz-delays.ts';

/** The order in which ten tasks finish when each waits once. */
async function finishOrder(seed: number): Promise<number[]> {
  const delay = fuzzDelays(seed);
  const finished: number[] = [];
  const tasks = Array.from({ length: 10 }, async (_, task) => {
    await delay();
    finished.push(task);
  });
  await Promise.all(tasks);
  return finished;
}

test('shakes the order of tasks, the same way for the same seed', async () => {
  const orders = await Promise.all([1, 2, 3, 4, 5].map(finishOrder));
  expect(await Promise.all([1, 2, 3, 4, 5].map(finishOrder))).toEqual(orders);
  expect(new Set(orders.map(String)).size).toBeGreaterThan(1);
  for (const order of orders)
    expect(order.toSorted((a, b) => a - b)).toEqual([...Array(10).keys()]);
});

test.each([-1, 1.5, 2 ** 32])('refuses %s for a seed', (seed) => {
  expect(() => fuzzDelays(seed)).toThrow('`seed`');
});
