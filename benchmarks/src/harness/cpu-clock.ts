import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** CPU time at one moment, milliseconds. */
export interface CpuReading {
  readonly wallMs: number;
  /** Used by this process, its threads, and the children it has waited for. */
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

function childrenMs(): number {
  // The name in the second field may hold spaces and brackets; what follows the last bracket is regular.
  const fields = read('/proc/self/stat')
    ?.replace(/^.*\) /s, '')
    .split(' ');
  return fields === undefined ? 0 : (Number(fields[13]) + Number(fields[14])) * MS_PER_TICK;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
