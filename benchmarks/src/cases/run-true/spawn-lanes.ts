// What Node alone needs: a program that starts `true` for each line of its input, two at once.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LANES = 2;
const items = readFileSync(0, 'utf8').split('\n').slice(0, -1);
let next = 0;

async function lane(): Promise<void> {
  while (next < items.length) await runTrue(items[next++] as string);
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

await Promise.all(Array.from({ length: LANES }, lane));
