import { describe, expect, test } from 'vitest';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';
import { createScheduler, type Scheduler } from '../../../src/engine/scheduler/scheduler.ts';
import { countingLimit } from '../support/counting-limit.ts';
import { range } from '../support/turn.ts';
import '../support/unhandled.ts';

const run = (): null => null;

test('a plan says what would happen and runs nothing', () => {
  const pool = countingLimit(1);
  const scheduler = createScheduler({ concurrency: 2, pools: { pool }, tokenBudget: 10 });
  const never = (): never => {
    throw new Error('a plan must not run anything');
  };
  scheduler.add({ name: 'd', dependsOn: ['b', 'c'], estimatedMs: 20, run: never });
  scheduler.add({ name: 'a', estimatedMs: 10, run: never });
  scheduler.add({ name: 'b', dependsOn: ['a'], estimatedMs: 30, pool: 'pool', run: never });
  scheduler.add({ name: 'c', dependsOn: ['a'], estimatedMs: 5, pool: 'pool', run: never });
  scheduler.add({ name: 'e', estimatedMs: 15, estimatedTokens: 4, deadlineMs: 14, run: never });
  expect(scheduler.plan()).toEqual({
    batches: [['a', 'e'], ['b', 'c'], ['d']],
    criticalPath: { names: ['a', 'b', 'd'], ms: 60 },
    totalMs: 80,
    slots: 2,
    lowerBoundMs: 60,
    makespanMs: 65,
    starts: [
      { name: 'a', startMs: 0, endMs: 10 },
      { name: 'e', startMs: 0, endMs: 15 },
      { name: 'b', startMs: 10, endMs: 40 },
      { name: 'c', startMs: 40, endMs: 45 },
      { name: 'd', startMs: 45, endMs: 65 },
    ],
    tokens: { budget: 10, estimated: 4, unfit: [] },
    late: ['e'],
  });
  expect(pool.acquired).toBe(0);
});

describe('the lower bound', () => {
  test('is the whole work over all slots where that is more than the longest way', () => {
    const scheduler = createScheduler({ concurrency: 3 });
    for (const index of range(9)) scheduler.add({ name: `t${index}`, estimatedMs: 10, run });
    expect(scheduler.plan()).toMatchObject({ lowerBoundMs: 30, makespanMs: 30, slots: 3 });
  });

  test('counts no more slots than tasks can use, weights as slots, and a pool’s own', () => {
    const few = createScheduler();
    few.add({ name: 'a', estimatedMs: 10, run });
    expect(few.plan()).toMatchObject({ lowerBoundMs: 10, slots: 1 });
    const heavy = createScheduler({ concurrency: 4 });
    for (const index of range(3)) heavy.add({ name: `t${index}`, weight: 4, estimatedMs: 10, run });
    expect(heavy.plan()).toMatchObject({ lowerBoundMs: 30, makespanMs: 30 });
    const pooled = createScheduler({ concurrency: Infinity, pools: { p: fixedLimit(2) } });
    for (const index of range(6))
      pooled.add({ name: `t${index}`, pool: 'p', estimatedMs: 10, run });
    expect(pooled.plan()).toMatchObject({ lowerBoundMs: 30, makespanMs: 30 });
    const shared = createScheduler({ concurrency: fixedLimit(2) });
    for (const index of range(6)) shared.add({ name: `t${index}`, estimatedMs: 10, run });
    expect(shared.plan()).toMatchObject({ lowerBoundMs: 30, makespanMs: 30, slots: 2 });
  });
});

test('what is not known is taken for typical of what is', () => {
  const scheduler = createScheduler({ concurrency: 1, estimates: { a: 10 } });
  scheduler.add({ name: 'a', run });
  scheduler.add({ name: 'b', estimatedMs: 30, run });
  scheduler.add({ name: 'c', run });
  expect(scheduler.plan().makespanMs).toBe(60);
});

test('durations of one run are the estimates of the next', async () => {
  const add = (scheduler: Scheduler): void => {
    scheduler.add({ name: 'a', run: () => new Promise((resolve) => setTimeout(resolve, 30)) });
    scheduler.add({ name: 'b', dependsOn: ['a'], run });
  };
  const first = createScheduler();
  add(first);
  const { durations } = await first.run();
  const second = createScheduler({ estimates: durations });
  add(second);
  expect(second.plan().criticalPath.ms).toBeCloseTo((durations['a'] ?? 0) + (durations['b'] ?? 0));
  const restored = JSON.parse(JSON.stringify(durations)) as Record<string, number>;
  const third = createScheduler({ estimates: restored });
  add(third);
  expect(third.plan()).toEqual(second.plan());
});

describe('diagrams', () => {
  const scheduler = createScheduler();
  const names = [
    'a',
    'say "hi" & <b>',
    'back\\slash',
    'two\nlines',
    '1. #list;',
    '- `x`',
    '\u0000]',
  ];
  names.forEach((name, index) => scheduler.add({ name, dependsOn: index === 0 ? [] : ['a'], run }));

  test('for Mermaid, with every sign that means something there written as an entity', () => {
    expect(scheduler.toMermaid().split('\n')).toEqual([
      'flowchart LR',
      '  t0["a"]',
      '  t1["say #34;hi#34; #38; #60;b#62;"]',
      '  t2["back#92;slash"]',
      '  t3["two<br/>lines"]',
      '  t4["1#46; #35;list#59;"]',
      '  t5["#45; #96;x#96;"]',
      '  t6["#0;#93;"]',
      ...[1, 2, 3, 4, 5, 6].map((task) => `  t0 --> t${task}`),
      '',
    ]);
  });

  test('for Graphviz', () => {
    expect(scheduler.toDot().split('\n')).toEqual([
      'digraph tasks {',
      '  rankdir=LR;',
      '  node [shape=box];',
      '  t0 [label="a"];',
      '  t1 [label="say \\"hi\\" &amp; <b>"];',
      '  t2 [label="back\\\\slash"];',
      '  t3 [label="two\\nlines"];',
      '  t4 [label="1. #list;"];',
      '  t5 [label="- `x`"];',
      '  t6 [label="\ufffd]"];',
      ...[1, 2, 3, 4, 5, 6].map((task) => `  t0 -> t${task};`),
      '}',
      '',
    ]);
  });
});

test('a plan reckons with one slot of a limit that has none at this moment', () => {
  const scheduler = createScheduler({ pools: { pool: { ...countingLimit(1), concurrency: 0 } } });
  scheduler.add({ name: 'a', estimatedMs: 10, pool: 'pool', run });
  scheduler.add({ name: 'b', estimatedMs: 10, pool: 'pool', run });
  const { makespanMs, starts } = scheduler.plan();
  expect([makespanMs, starts.length]).toEqual([20, 2]);
});
