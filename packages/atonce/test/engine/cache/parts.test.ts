import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Breaker } from '../../../src/engine/cache/breaker.ts';
import { isDueEarly, refreshFrom } from '../../../src/engine/cache/early-refresh.ts';
import { EntryTable } from '../../../src/engine/cache/entry-table.ts';
import { Entry } from '../../../src/engine/cache/entry.ts';
import { type LruNode, LruTable } from '../../../src/engine/cache/lru-table.ts';
import { Marks } from '../../../src/engine/cache/marks.ts';
import { Stamps, stampsBy } from '../../../src/engine/cache/stamps.ts';
import { seededRandom } from '../../../src/kernel/random.ts';
import { fakeClock } from '../../../src/testing/fake-clock.ts';
import { range } from '../support/turn.ts';

describe('an LRU table', () => {
  test('is a map with an order of use, for any sequence of uses', () => {
    const step = fc.record({
      what: fc.constantFrom('add', 'touch', 'remove', 'clear'),
      key: fc.constantFrom('a', 'b', 'c', 'd', '__proto__'),
      bytes: fc.nat({ max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new LruTable<LruNode>();
        const model: LruNode[] = [];
        for (const { what, key, bytes } of steps) {
          const node = table.find(key);
          const place = model.findIndex((each) => each.key === key);
          expect(node).toBe(place < 0 ? undefined : model[place]);
          if (what === 'clear') {
            table.clear();
            model.length = 0;
          } else if (node === undefined) {
            if (what !== 'add') continue;
            const added: LruNode = { key, bytes, newer: null, older: null };
            table.add(added);
            model.push(added);
          } else {
            model.splice(place, 1);
            if (what === 'remove') table.remove(node);
            else {
              table.touch(node);
              model.push(node);
            }
          }
          expect(table.size).toBe(model.length);
          expect(table.leastUsed).toBe(model[0] ?? null);
          expect(table.bytes).toBe(model.reduce((sum, each) => sum + each.bytes, 0));
          const order: LruNode[] = [];
          for (let at: LruNode | null = table.leastUsed; at !== null; at = at.newer) order.push(at);
          expect(order).toEqual(model);
        }
      }),
    );
  });
});

describe('an entry table', () => {
  const entry = (key: string, tags: readonly string[]): Entry<number> =>
    new Entry({
      key,
      tags,
      ok: true,
      value: 1,
      bytes: 1,
      startedAt: 0,
      computeMs: 0,
      expiresAt: 1,
      refreshFrom: 1,
      staleUntil: 1,
    });

  test('keeps of tags no more than those of its entries', () => {
    const evicted: string[] = [];
    const room = { maxEntries: 2, maxBytes: Infinity };
    const table = new EntryTable<number>(room, (key) => evicted.push(key));
    for (const n of range(10)) table.put(entry(`${n % 5}`, [`tag ${n}`, 'all']));
    expect(table.tagged('all').map(({ key }) => key)).toEqual(['3', '4']);
    expect(table.tagged('tag 3')).toEqual([]);
    expect(table.tagged('tag 9')).toHaveLength(1);
    expect(evicted).toEqual(['0', '1', '2', '3', '4', '0', '1', '2']);
    const { byTag } = table as unknown as { byTag: ReadonlyMap<string, unknown> };
    expect([...byTag.keys()].toSorted()).toEqual(['all', 'tag 8', 'tag 9']);
    for (const { key } of table.tagged('all')) table.remove(table.find(key) as Entry<number>);
    expect(byTag.size).toBe(0);
  });
});

describe('marks', () => {
  test('never trust what was invalidated, and everything else while there is room', () => {
    const step = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e'), at: fc.nat(20) });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        (steps, most) => {
          const marks = new Marks(most);
          const model = new Map<string, number>();
          for (const { name, at } of steps) {
            marks.add(name, at);
            model.set(name, Math.max(at, model.get(name) ?? -1));
          }
          for (const name of ['a', 'b', 'c', 'd', 'e', 'none']) {
            for (const startedAt of range(22)) {
              const invalidated = startedAt <= (model.get(name) ?? -1);
              if (invalidated || most >= 5) expect(marks.covers(name, startedAt)).toBe(invalidated);
            }
          }
          expect(marks.covers('a', 21)).toBe(false);
        },
      ),
    );
  });

  test('are withdrawn one by one, unless a later one has come', () => {
    const marks = new Marks(10);
    marks.add('a', 5);
    marks.remove('a', 5);
    expect(marks.covers('a', 1)).toBe(false);
    marks.add('a', 5);
    marks.add('a', 7);
    marks.remove('a', 5);
    expect(marks.covers('a', 7)).toBe(true);
    marks.clear();
    expect(marks.covers('a', 7)).toBe(false);
  });
});

describe('stamps', () => {
  test('grow strictly, and a mark lies between what came before and what comes after', () => {
    const clock = fakeClock();
    const [own, other] = [new Stamps(clock), new Stamps(clock)];
    let last = -Infinity;
    const random = seededRandom(3);
    for (const draw of range(3_000).map(() => random())) {
      if (draw < 0.01) clock.jumpWallClock(-5_000);
      else if (draw < 0.1) clock.jumpWallClock(1);
      const others = other.next();
      const stamp = draw < 0.5 ? own.mark() : own.next();
      expect(stamp).toBeGreaterThan(last);
      // A mark is not before what another process began in the same millisecond a moment ago.
      if (draw < 0.5 && others === clock.epoch()) expect(stamp).toBeGreaterThanOrEqual(others);
      last = stamp;
    }
  });

  test('of two caches by one clock are one series, so that no two are the same', () => {
    const clock = fakeClock();
    const [own, other] = [stampsBy(clock), stampsBy(clock)];
    const drawn = range(3_000).map((n) => {
      const stamps = n % 3 === 0 ? own : other;
      return n % 7 === 0 ? stamps.mark() : stamps.next();
    });
    expect(new Set(drawn).size).toBe(3_000);
    expect(stampsBy(fakeClock()).next()).toBeLessThan(drawn[0] as number);
  });

  test('stay near the wall clock, also when very many are drawn', () => {
    const clock = fakeClock();
    const stamps = new Stamps(clock);
    for (const n of range(100_000)) {
      if (n % 100 === 0) clock.jumpWallClock(1);
      stamps.mark();
    }
    expect(stamps.next() - clock.epoch()).toBeLessThan(2);
  });
});

describe('early refresh', () => {
  test('is due with the chance that XFetch gives it', () => {
    const draw = seededRandom(11);
    for (const [left, reach] of [
      [10, 10],
      [10, 5],
      [1, 10],
    ] as const) {
      const due = range(20_000).filter(() => isDueEarly(left, reach, draw())).length;
      expect(due / 20_000).toBeCloseTo(Math.exp(-left / reach), 1.5);
    }
  });

  test('is not possible before the time from which on a number is drawn', () => {
    const almostOne = 1 - 2 ** -53;
    expect(isDueEarly(37 * 10, 10, almostOne)).toBe(false);
    expect(refreshFrom(1_000, 10, 1)).toBe(1_000 - 37 * 10);
  });

  test('never happens without eagerness, to a value that took no time, or to one that lives for ever', () => {
    expect(refreshFrom(1_000, 10, 0)).toBe(Infinity);
    expect(refreshFrom(1_000, 0, 5)).toBe(Infinity);
    expect(refreshFrom(Infinity, 10, 1)).toBe(Infinity);
  });
});

describe('a breaker', () => {
  test('opens after five failures in a row, not after five in all', () => {
    const breaker = new Breaker(100);
    for (const _ of range(4)) expect(breaker.failed(0, false)).toBe(false);
    expect(breaker.succeeded()).toBe(false);
    for (const _ of range(4)) expect(breaker.failed(0, false)).toBe(false);
    expect(breaker.lets(0)).toBe(true);
    expect(breaker.failed(0, false)).toBe(true);
    expect(breaker.lets(99)).toBe(false);
  });

  test('opens at once after a hang, lets one through after the rest, and rests again if that fails', () => {
    const breaker = new Breaker(100);
    expect(breaker.failed(0, true)).toBe(true);
    expect([breaker.lets(100), breaker.lets(100)]).toEqual([true, false]);
    expect(breaker.failed(110, true)).toBe(false);
    expect([breaker.lets(209), breaker.lets(210)]).toEqual([false, true]);
    expect(breaker.succeeded()).toBe(true);
    expect([breaker.lets(211), breaker.lets(211)]).toEqual([true, true]);
  });
});
