/** Waits of 5 ms that do not give the thread back, as synchronous file and process calls do. */
export function items(count: number): number[] {
  return Array<number>(count).fill(5);
}

const never = new Int32Array(new SharedArrayBuffer(4));

export function run(ms: number): string {
  return Atomics.wait(never, 0, 0, ms);
}
