import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { examples, runExample } from './support/run-example.ts';

test('resumable-run loses nothing that it has reported when it is killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atonce-resumable-'));
  const journal = join(folder, 'run.journal');
  const run = spawn(process.execPath, [join(examples, 'resumable-run.mjs'), journal], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(run, 'exit');
  let reported = 0;
  for await (const line of createInterface({ input: run.stderr })) {
    reported = Number(line.split('/')[0]);
    if (reported >= 10) run.kill('SIGKILL');
  }
  expect(await ended).toEqual([null, 'SIGKILL']);

  const { stdout } = await runExample('resumable-run.mjs', [journal]);
  const reused = Number(/40 documents: (\d+) from the journal/.exec(stdout)?.[1]);
  expect(reused).toBeGreaterThanOrEqual(reported);
  expect(reused).toBeLessThan(40);
  rmSync(folder, { recursive: true });
});
