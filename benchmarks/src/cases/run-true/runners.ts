import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Prepare, Prepared } from '../../harness/benchmark.ts';
import { makeScratch } from '../../harness/scratch.ts';

const atonce = fileURLToPath(
  new URL('../../../../packages/toolkit/dist/faces/cli/bin.js', import.meta.url),
);
const spawnLanes = fileURLToPath(new URL('./spawn-lanes.js', import.meta.url));

export const xargs: Prepare = wholeProcess('xargs', ['-P2', '-n1', 'true']);

export const gnuParallel: Prepare = wholeProcess('parallel', ['-j2', 'true']);

export const atonceRun: Prepare = wholeProcess(process.execPath, [atonce, 'run', '-j2', 'true']);

export const nodeSpawn: Prepare = wholeProcess(process.execPath, [spawnLanes]);

function wholeProcess(program: string, args: readonly string[]): Prepare {
  return async ({ items }): Promise<Prepared> => {
    const scratch = await makeScratch();
    const list = join(scratch.path, 'items');
    writeFileSync(list, Array.from({ length: items }, (_, index) => `${index}\n`).join(''));
    let started = 0;
    return {
      run: async () => {
        const before = processesStarted();
        const input = openSync(list, 'r');
        await runToEnd(program, args, input).finally(() => closeSync(input));
        started = processesStarted() - before;
        return undefined;
      },
      check: () => {
        if (started < items) throw new Error(`${started} processes started for ${items} jobs`);
      },
      close: () => scratch.remove(),
    };
  };
}

function runToEnd(program: string, args: readonly string[], stdin: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: [stdin, 'ignore', 'pipe'] });
    let errors = '';
    child.stderr?.on('data', (text: Buffer) => (errors += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${code}: ${errors.slice(-500)}`));
    });
  });
}

/** Processes started on this machine since it booted; NaN where the system does not tell. */
function processesStarted(): number {
  try {
    return Number(/^processes (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
  } catch {
    return NaN;
  }
}
