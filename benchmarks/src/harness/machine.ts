import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** Where numbers were measured: without it they mean nothing. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly node: string;
  readonly kernel: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 1e8) / 10,
    node: process.version,
    kernel: `${type()} ${release()} ${process.arch}`,
  };
}

export function machineText(machine: Machine): string {
  const { cpu, cores, memoryGB, node, kernel } = machine;
  return `${cpu}, ${cores} cores, ${memoryGB} GB, Node ${node.slice(1)}, ${kernel}`;
}
