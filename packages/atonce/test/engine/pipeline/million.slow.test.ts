import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createPipeline } from '../../../src/engine/pipeline/create-pipeline.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Heap in use once everything unused is gone. */
function keptBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

test.each(['input', 'completion'] as const)(
  'a million items leave nothing behind on their way through, in %s order',
  async (order) => {
    const count = 1_000_000;
    const stream = createPipeline<number>()
      .stage('one', async (item) => item, { concurrency: 16 })
      .batch(10)
      .stage('two', (batch) => batch, { concurrency: 4, ordered: true })
      .flatten()
      .stage(
        'three',
        async (item) => {
          if (item % 100 === 0) throw new Error('odd');
          return item;
        },
        { concurrency: 16, onError: 'skip' },
      )
      .stream(
        (function* () {
          for (let item = 0; item < count; item++) yield item;
        })(),
        { order },
      );
    let [passed, failed, sum] = [0, 0, 0];
    let early = 0;
    let most = 0;
    for await (const outcome of stream) {
      if (outcome.ok) sum += outcome.value;
      else failed++;
      if (++passed === count / 10) early = keptBytes();
      else if (passed % (count / 10) === 0) most = Math.max(most, keptBytes());
    }
    expect({ passed, failed }).toEqual({ passed: count, failed: count / 100 });
    const odd = (count / 100) * ((count - 100) / 2);
    expect(sum).toBe((count * (count - 1)) / 2 - odd);
    // Less than a byte an item: nothing grows with their number.
    expect(most - early).toBeLessThan(count * 0.9);
    expect(stream.statistics.stages.map(({ queued, running }) => queued + running)).toEqual([
      0, 0, 0, 0, 0,
    ]);
  },
);
