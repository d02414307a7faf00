import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** CPU time at one moment, milliseconds. */
export interface CpuReading {
  readonly wallMs: number;
  /** Used by this process and its threads, by its descendants, and by those it has waited for. */
  readonly ownMs: number;
  /** Used by everything on the machine; undefined where the system does not tell. */
  readonly machineMs: number | undefined;
}

export interface CpuUse {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly foreignShare: number | null;
}

/** Linux counts in ticks of 10 ms on every architecture that Node supports. */
const MS_PER_TICK = 10;

export function readCpu(): CpuReading {
  const { user, system } = process.cpuUsage();
  return {
    wallMs: performance.now(),
    ownMs: (user + system) / 1000 + childrenMs(),
    machineMs: machineMs(),
  };
}

/** What was used between two readings, and how much of the machine was in others' hands. */
export function cpuUse(from: CpuReading, to: CpuReading): CpuUse {
  const wallMs = to.wallMs - from.wallMs;
  const cpuMs = to.ownMs - from.ownMs;
  if (from.machineMs === undefined || to.machineMs === undefined)
    return { wallMs, cpuMs, foreignShare: null };
  const foreignMs = to.machineMs - from.machineMs - cpuMs;
  const share = foreignMs / (wallMs * availableParallelism());
  return { wallMs, cpuMs, foreignShare: Math.min(1, Math.max(0, share)) };
}

function machineMs(): number | undefined {
  const fields = read('/proc/stat')?.split('\n', 1)[0]?.trim().split(/\s+/).slice(1).map(Number);
  if (fields === undefined) return undefined;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  return (user + nice + system + irq + softirq + steal) * MS_PER_TICK;
}

/** What this process's descendants use: those that have ended, and those still there. */
function childrenMs(): number {
  const own = processTimes('self');
  if (own === undefined) return 0;
  const all = readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) ? (processTimes(name) ?? []) : [],
  );
  let ticks = own.waitedTicks;
  const family = new Set([process.pid]);
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  for (const { pid, ownTicks, waitedTicks } of all)
    if (pid !== process.pid && family.has(pid)) ticks += ownTicks + waitedTicks;
  return ticks * MS_PER_TICK;
}

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly ownTicks: number;
  /** Used by children that it has waited for. */
  readonly waitedTicks: number;
}

/** Undefined where there is no such process, or no such file at all. */
function processTimes(name: string): ProcessTimes | undefined {
  const stat = read(`/proc/${name}/stat`);
  // The command's name, in brackets, may hold anything; what follows the last bracket is regular.
  const fields = stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  if (stat === undefined || fields === undefined) return undefined;
  const [, parent = 0, , , , , , , , , , user = 0, system = 0, waitedUser = 0, waitedSystem = 0] =
    fields;
  return {
    pid: Number.parseInt(stat, 10),
    parent,
    ownTicks: user + system,
    waitedTicks: waitedUser + waitedSystem,
  };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
