import { describe, expect, test } from 'vitest';
import { setTimeout } from 'node:timers/promises';
import { memoryShare } from '../../src/threads/memory-share.ts';
import { loadReadings } from '../../src/threads/readings.ts';

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('a reading', () => {
  test('holds shares between 0 and 1', async () => {
    using readings = loadReadings();
    await setTimeout(60);
    const { cpuShare, memoryShare: memory } = readings();
    expect(cpuShare).toBeGreaterThanOrEqual(0);
    expect(cpuShare).toBeLessThanOrEqual(1);
    expect(memory).toBeGreaterThan(0);
    expect(memory).toBeLessThanOrEqual(1);
  });

  test('shows a process that computes', async () => {
    using readings = loadReadings();
    block(200);
    expect(readings().cpuShare).toBeGreaterThan(0.2);
  });

  test('shows an event loop that is late', async () => {
    using readings = loadReadings();
    for (let times = 0; times < 4; times++) {
      await setTimeout(1);
      block(150);
    }
    await setTimeout(1);
    expect(readings().eventLoopDelayMs).toBeGreaterThan(80);
    await setTimeout(200);
    expect(readings().eventLoopDelayMs).toBeLessThan(80);
  });

  test('leaves out the processor when too little time has passed', () => {
    using readings = loadReadings();
    expect(readings()).not.toHaveProperty('cpuShare');
  });
});

test('the share of memory is known without control groups too', () => {
  expect(memoryShare()).toBeGreaterThan(0);
});
