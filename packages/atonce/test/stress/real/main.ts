import { readdirSync, readFileSync } from 'node:fs';
import { processes, threads } from 'atonce/threads';
import { Program, type ProgramResult } from '../program.ts';
import { keptBytes } from '../watch/heap.ts';
import { World } from '../world.ts';
import { startServer, stopServer, useHttp } from './http.ts';
import { scaledClock } from './scaled-clock.ts';
import { useWorkers } from './workers.ts';

/** What a process has open. */
export interface Holdings {
  readonly files: number;
  readonly heapBytes: number;
  readonly children: number;
  /** What would keep the process alive, as Node calls it. */
  readonly resources: readonly string[];
}

/** What this program prints. */
export interface RealReport extends ProgramResult {
  readonly before: Holdings;
  readonly after: Holdings;
}

/** So many times as fast as the minutes of a simulation, so that it takes seconds. */
const SPEED = 500;

/** The same programs on the machine's own clock, beside real threads, processes and HTTP. */
async function play(seed: number, minutes: number): Promise<ProgramResult> {
  const clock = scaledClock(SPEED);
  const world = new World({ seed, clock, isSimulated: false, sabotage: {} });
  const program = new Program(world);
  const options = { workers: 2, inline: false, graceMs: 50 } as const;
  const [pool, children, server] = [threads(options), processes(options), await startServer()];
  const real = {
    threads: useWorkers(pool),
    processes: useWorkers(children),
    http: useHttp(server),
  };
  await Promise.all([
    program.run({ lanes: 1_000, minutes }),
    program.run({ lanes: 60, minutes }, real),
  ]);
  const result = await program.result();
  await Promise.all([pool.close(), children.close(), stopServer(server)]);
  return result;
}

async function holdings(): Promise<Holdings> {
  const heapBytes = await keptBytes();
  // Connections that were closed from afar and processes that have ended take a moment to go.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const own = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  return {
    heapBytes,
    files: readdirSync('/proc/self/fd').length,
    children: own.split(' ').filter(Boolean).length,
    resources: process.getActiveResourcesInfo(),
  };
}

const [seed = 1] = process.argv.slice(2).map(Number);
await play(seed, 40);
const before = await holdings();
const result = await play(seed + 1, 40);
const after = await holdings();
const report: RealReport = { ...result, before, after };
process.stdout.write(JSON.stringify(report));
