import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { examples } from './support/run-example.ts';
import { runCommand } from './support/run-command.ts';

/** A copy, since the plan writes into its own folder. */
function copyOfPlan(): string {
  const folder = mkdtempSync(join(tmpdir(), 'atonce-plan-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(examples, 'plan-file'), folder, { recursive: true });
  rmSync(join(folder, 'out'), { recursive: true, force: true });
  return folder;
}

test('plan-file makes its pages, an index of them and an archive', async () => {
  const folder = copyOfPlan();
  const { code, stdout, stderr } = await runCommand(['run', '-f', join(folder, 'plan.yaml'), '-k']);
  expect({ code, lines: stdout.split('\n') }).toEqual({
    code: 0,
    lines: [
      'out/trees.html',
      'out/rivers.html',
      'out/stones.html',
      'pages/trees.md:3:Trees are tall plants. teh oldest are older than writing.',
      '3 pages, 24 words, publish: skipped',
      '',
    ],
  });
  expect(stderr).toContain('failed, as they may: spelling (exit 1)');
  expect(readFileSync(join(folder, 'out/index.html'), 'utf8')).toContain('trees.html">Trees</a>');
  expect(existsSync(join(folder, 'out/site.tar'))).toBe(true);
});

test('plan-file publishes when it is told to', async () => {
  const folder = copyOfPlan();
  const options = { env: { PUBLISH: 'yes' } };
  const { stdout } = await runCommand(['run', '-f', join(folder, 'plan.yaml'), '-q'], options);
  expect(stdout).toContain('publishing out/site.tar\n');
  expect(stdout).toContain('publish: success\n');
});
