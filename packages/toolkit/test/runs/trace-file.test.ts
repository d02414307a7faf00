import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, itemsOf, run } from '../commands/running.ts';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly tid?: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly args: Record<string, unknown>;
}

describe('the trace', () => {
  it('has a lane per slot, a bar per job and a curve of how many run', async () => {
    const file = join(folder(), 'trace.json');
    await run(['sh', '-c', 'sleep 0.05; exit $1', 'sh'], {
      items: itemsOf('0', '0', '1', '0'),
      trace: file,
    });
    const events = JSON.parse(readFileSync(file, 'utf8')) as TraceEvent[];
    const bars = events.filter(({ ph }) => ph === 'X');
    expect(bars).toHaveLength(4);
    expect(new Set(bars.map(({ args }) => args['sequence']))).toEqual(new Set([1, 2, 3, 4]));
    for (const { dur } of bars) expect(dur).toBeGreaterThan(25_000);
    for (const tid of [1, 2]) {
      const lane = bars.filter((bar) => bar.tid === tid).sort((a, b) => (a.ts ?? 0) - (b.ts ?? 0));
      expect(events).toContainEqual(
        expect.objectContaining({ ph: 'M', tid, args: { name: `slot ${tid}` } }),
      );
      expect((lane[1]?.ts ?? 0) + 2_000).toBeGreaterThan((lane[0]?.ts ?? 0) + (lane[0]?.dur ?? 0));
    }
    const curve = events.filter(({ ph }) => ph === 'C').map(({ args }) => args['jobs']);
    expect(Math.max(...(curve as number[]))).toBe(2);
    expect(curve.at(-1)).toBe(0);
  });

  it('is valid JSON at any moment', async () => {
    const file = join(folder(), 'trace.json');
    let seen = 0;
    await run(
      ['true'],
      { items: itemsOf(...Array.from('abcdefgh')), trace: file },
      {
        onEvent: () => {
          seen = Math.max(seen, (JSON.parse(readFileSync(file, 'utf8')) as unknown[]).length);
        },
      },
    );
    expect(seen).toBeGreaterThan(8);
  });
});
