import { spawn } from 'node:child_process';

const LANES = 2;

/** Starts `true` for each item by what Node alone has, two at once; rejects when one fails. */
export async function trueInLanes(items: readonly string[]): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) await runTrue(items[next++] as string);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

function runTrue(item: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('true', [item], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`true ended with ${code}`));
    });
  });
}
