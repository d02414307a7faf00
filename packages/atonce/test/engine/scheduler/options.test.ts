import { describe, expect, test } from 'vitest';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';
import { createScheduler } from '../../../src/engine/scheduler/scheduler.ts';
import '../support/unhandled.ts';

const run = (): null => null;

describe('an option of createScheduler is refused with its name', () => {
  test.each([
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: '4' }],
    ['pools', { pools: [] }],
    ['pools.io', { pools: { io: 4 } }],
    ['tokenBudget', { tokenBudget: -1 }],
    ['tokenBudget', { tokenBudget: 1.5 }],
    ['ageingMs', { ageingMs: 0 }],
    ['ageingMs', { ageingMs: Number.NaN }],
    ['hopeless', { hopeless: 'drop' }],
    ['estimates', { estimates: 5 }],
    ['retry.attempts', { retry: { attempts: 0 } }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['graceMs', { graceMs: -1 }],
    ['onProgress', { onProgress: {} }],
    ['clock', { clock: {} }],
    ['random', { random: 4 }],
  ])('%s: %o', (option, options) => {
    expect(() => createScheduler(options as never)).toThrowError(
      expect.objectContaining({ code: 'E_OPTION', option }),
    );
  });

  test('an unknown one with the nearest', () => {
    expect(() => createScheduler({ concurency: 4 } as never)).toThrow('did you mean `concurrency`');
  });
});

describe('a field of a task is refused with its name, and nothing is added', () => {
  const options = { concurrency: 4, pools: { io: fixedLimit(1), api: fixedLimit(1) } };
  test.each([
    ['task', 5],
    ['name', { name: '' }],
    ['name', { name: 5 }],
    ['run', { run: 'x' }],
    ['dependsOn', { dependsOn: 'b' }],
    ['dependsOn', { dependsOn: [5] }],
    ['priority', { priority: 'hihg' }],
    ['priority', { priority: 'HIGH' }],
    ['priority', { priority: Object.create(null) }],
    ['estimatedMs', { estimatedMs: -1 }],
    ['estimatedMs', { estimatedMs: Infinity }],
    ['estimatedTokens', { estimatedTokens: 1.5 }],
    ['deadlineMs', { deadlineMs: Number.NaN }],
    ['pool', { pool: 'oi' }],
    ['pool', { pool: 'toString' }],
    ['pool', { pool: 1n }],
    ['weight', { weight: 0 }],
    ['weight', { weight: 5 }],
    ['retry.attempts', { retry: {} }],
    ['timeoutMs', { timeoutMs: -1 }],
    ['signal', { signal: {} }],
    ['onDependencyFailure', { onDependencyFailure: 'ignore' }],
    ['dependson', { dependson: [] }],
  ])('%s: %o', (option, fields) => {
    const scheduler = createScheduler(options);
    const task = typeof fields === 'object' ? { name: 'a', run, ...fields } : fields;
    expect(() => scheduler.add(task as never)).toThrowError(
      expect.objectContaining({ code: 'E_OPTION', option }),
    );
    expect(scheduler.size).toBe(0);
  });

  test('with what was probably meant', () => {
    const scheduler = createScheduler(options);
    expect(() => scheduler.add({ name: 'a', run, priority: 'hihg' as never })).toThrow('`high`');
    expect(() => scheduler.add({ name: 'a', run, pool: 'ip' })).toThrow('`io`');
    expect(() => createScheduler().add({ name: 'a', run, pool: 'io' })).toThrow(
      'No pool is called "io"; the scheduler has no `pools`',
    );
    expect(() => createScheduler({ pools: { io: 8 } as never })).toThrow(
      'for instance fixedLimit(8)',
    );
    expect(() => scheduler.add({ name: 'a', run, dependOn: [] } as never)).toThrow('`dependsOn`');
  });

  test('a weight where a shared limit gives the slots', () => {
    const scheduler = createScheduler({ concurrency: fixedLimit(4) });
    expect(() => scheduler.add({ name: 'a', run, weight: 2 })).toThrow('`weight`');
  });

  test('an estimate from outside that is no time', () => {
    const scheduler = createScheduler({ estimates: () => -5 });
    scheduler.add({ name: 'a', run });
    expect(() => scheduler.plan()).toThrow('estimates of "a"');
  });
});

test('what run is given is checked', async () => {
  const scheduler = createScheduler();
  await expect(scheduler.run({ signal: {} } as never)).rejects.toMatchObject({ option: 'signal' });
  await expect(scheduler.run({ sginal: 1 } as never)).rejects.toThrow('did you mean `signal`');
});

test('several tasks must come in something that can be iterated', () => {
  const scheduler = createScheduler();
  for (const tasks of [undefined, null, 5, { name: 'a', run }])
    expect(() => scheduler.addAll(tasks as never)).toThrowError(
      expect.objectContaining({ code: 'E_OPTION', option: 'tasks' }),
    );
});
