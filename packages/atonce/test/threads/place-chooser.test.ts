import { describe, expect, test } from 'vitest';
import type { AdaptivePlan } from '../../src/threads/adaptive-plan.ts';
import { LaneRecord } from '../../src/threads/lane-record.ts';
import { PlaceChooser } from '../../src/threads/place-chooser.ts';

const waiting = { items: 10, workMs: 100, waitedMs: 99, postMs: 0.1, overheadMs: 1 };
const progress = { itemMs: 10, done: 10, remaining: 1_000 };
const nothing = { inline: 0, loop: 0, remote: 0 };

function chooser(plan: Partial<AdaptivePlan> = {}): PlaceChooser {
  const all = {
    pool: { coldItems: 0 },
    workers: 2,
    begin: 'remote',
    mayMove: false,
    asked: false,
    ...plan,
  };
  return new PlaceChooser(all as AdaptivePlan, new LaneRecord(), undefined);
}

describe('work that only waits', () => {
  test('goes from workers to the event loop where there is one to go to', () => {
    expect(chooser({ loopConcurrency: 64 }).afterChunk(waiting, progress)).toBe('loop');
    expect(chooser().afterChunk(waiting, progress)).toBe('stay');
  });

  test('stays on workers once one of them has died of it', () => {
    const deadly = chooser({ loopConcurrency: 64 });
    deadly.stayRemote();
    expect(deadly.afterChunk(waiting, progress)).toBe('stay');
  });
});

describe('the reason given', () => {
  test('when workers have died and no more can be started is not that there were none', () => {
    const bereft = chooser({ asked: true });
    bereft.noWorker(new Error('outer', { cause: new Error('no memory') }));
    const { text } = bereft.decision('threads', { ...nothing, inline: 10, remote: 90 });
    expect(text).toBe(
      'ran on 2 threads, the rest on the calling thread: no worker could be started (no memory)',
    );
  });

  test('is never that there was little work once workers were chosen', () => {
    const plan = { begin: 'inline', mayMove: true, asked: true } as const;
    const record = new LaneRecord();
    const choosing = new PlaceChooser(
      { pool: { coldItems: 0 }, workers: 2, ...plan } as unknown as AdaptivePlan,
      record,
      undefined,
    );
    record.finished(10, 200);
    expect(choosing.afterSlice(100_000, 2)).toBe('remote');
    expect(choosing.decision('threads', { ...nothing, inline: 10 }).text).toBe(
      'ran inline: it was done before the workers had answered',
    );
  });

  test('has words for what was thrown without any', () => {
    const bereft = chooser();
    bereft.noWorker(Object.create(null));
    expect(bereft.decision('threads', nothing).text).toMatch(/no text/);
  });
});
