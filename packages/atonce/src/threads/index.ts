export { moduleTask, type ModuleTask } from './module-task.ts';
export type { Initialiser, PoolOptions, ProcessesOptions, ThreadsOptions } from './options.ts';
export type { Pool, PoolRunOptions, PoolStats } from './pool.ts';
export { processes } from './processes.ts';
export { loadReadings, type LoadReadings } from './readings.ts';
export { threads } from './threads.ts';
export { transfer } from './transfer.ts';
