import { expect, test } from 'vitest';
import { TaskMemory } from '../../src/threads/task-memory.ts';
import type { ModuleTaskSource } from '../../src/engine/task.ts';
import type { TaskFacts } from '../../src/threads/task-memory.ts';

const facts: TaskFacts = {
  itemMs: 1,
  typicalMs: 1,
  cloneMs: undefined,
  workClass: 'computes',
  onWorkers: false,
  verdict: undefined,
  missedMs: 0,
};

test('tells tasks of one module apart', () => {
  const memory = new TaskMemory();
  memory.keep(source('file:///a.js', 'one'), facts);
  expect(memory.of(source('file:///a.js', 'one'))).toBe(facts);
  expect(memory.of(source('file:///a.js', 'two'))).toBeUndefined();
});

test('forgets the task that was not used for longest, and never grows beyond its bound', () => {
  const memory = new TaskMemory();
  const task = (index: number): ModuleTaskSource => source(`file:///${index}.js`, 'task');
  for (let index = 0; index < 256; index++) memory.keep(task(index), facts);
  memory.keep(task(0), facts);
  memory.keep(task(256), facts);
  expect(memory.of(task(0))).toBe(facts);
  expect(memory.of(task(1))).toBeUndefined();
  expect(memory.of(task(256))).toBe(facts);
});

function source(url: string, exportName: string): ModuleTaskSource {
  return { url, exportName } as ModuleTaskSource;
}
