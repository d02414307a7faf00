import { moduleTask, processes, threads } from 'atonce/threads';
import { moduleTaskSource } from '../../src/engine/task.ts';
import type { Runner } from '../../src/engine/runner.ts';
import { describe, test } from 'vitest';
import { runnerContract } from '../../dist/testing/runner-contract.js';

const auto = (): Runner =>
  moduleTaskSource(moduleTask(import.meta.url, 'any'))?.autoRunner() as Runner;

describe.each<[string, () => Runner]>([
  ['threads that never run inline', () => threads({ workers: 2, inline: false })],
  ['threads', () => threads({ workers: 3 })],
  ['a single thread', () => threads({ workers: 1, inline: false })],
  ['processes', () => processes({ workers: 2 })],
  ['processes that may run inline', () => processes({ workers: 2, inline: 'auto' })],
  ['the automatic choice', auto],
])('%s', (_name, makeRunner) => {
  for (const { name, run } of runnerContract(makeRunner)) test(name, run);
});
