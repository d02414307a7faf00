import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Writable } from 'node:stream';
import type { CommandItem } from '../../../../packages/toolkit/dist/commands/item.js';
import type { CommandRequest } from '../../../../packages/toolkit/dist/commands/request.js';
import { runCommands } from '../../../../packages/toolkit/dist/commands/run-commands.js';
import type { Prepare } from '../../harness/benchmark.ts';
import { trueInLanes } from '../../spawning/true-in-lanes.ts';

/** Runs so many jobs and tells how many succeeded. */
type RunJobs = (count: number) => Promise<number>;

const LANES = 2;
const MEGABYTE = 2 ** 20;

export const nodeSpawn: Prepare = (setting) => inParent(setting, spawnInLanes);

export const direct: Prepare = throughToolkit('direct');

export const helper: Prepare = throughToolkit('helper');

export const auto: Prepare = throughToolkit('auto');

function inParent(
  { items, parameters }: Parameters<Prepare>[0],
  runJobs: RunJobs,
): ReturnType<Prepare> {
  // Filled, because memory that nobody has written to is not there yet.
  const held = Array.from({ length: Number(parameters['holdMB']) }, () =>
    Buffer.alloc(MEGABYTE, 1),
  );
  let succeeded = 0;
  return {
    run: async () => {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      succeeded = await runJobs(items);
      delay.disable();
      return { figures: { 'blocked ms': delay.max / 1e6 } };
    },
    check: () => {
      if (succeeded !== items) throw new Error(`${succeeded} of ${items} jobs succeeded`);
      if (held.some((block) => block[0] !== 1)) throw new Error('the memory is gone');
    },
  };
}

async function spawnInLanes(count: number): Promise<number> {
  await trueInLanes(Array.from({ length: count }, (_, item) => String(item)));
  return count;
}

function throughToolkit(mode: CommandRequest['spawn']): Prepare {
  return (setting) =>
    inParent(setting, async (count) => {
      const host = { stdout: nowhere(), stderr: nowhere() };
      const report = await runCommands(request(count, mode), host);
      return report.succeeded;
    });
}

function request(count: number, mode: CommandRequest['spawn']): CommandRequest {
  return {
    template: ['true', '{}'],
    shell: false,
    items: items(count),
    total: count,
    jobs: LANES,
    timeoutMs: null,
    graceMs: 2_000,
    retries: 0,
    halt: { when: 'never' },
    keepOrder: false,
    output: 'group',
    tag: false,
    rate: undefined,
    journal: undefined,
    resultsDir: undefined,
    joblog: undefined,
    trace: undefined,
    cwd: undefined,
    forceColor: false,
    spawn: mode,
  };
}

function* items(count: number): Iterable<CommandItem> {
  for (let item = 0; item < count; item++) yield { columns: [String(item)] };
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
