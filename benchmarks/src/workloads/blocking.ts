import type { Workload } from './workload.ts';

/** Waits without giving the thread back, as synchronous file and process calls do. */
export const workload: Workload<number> = {
  title: 'blocking 5 ms x 80',
  items: () => Array(80).fill(5),
  task: 'run',
};

const never = new Int32Array(new SharedArrayBuffer(4));

export function run(ms: number): string {
  return Atomics.wait(never, 0, 0, ms);
}
