// Everything, from a fresh clone: install, build, static checks, all tests. Plain Node, no dependencies.
//
// The last line is `N passed, N failed, N skipped`, in tests. When the tests could not be started, the step
// that stopped them is counted as the one failure. The exit code is 0 only if every step and test is good.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureProgram, howToGet } from './ensure-apt.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { runNode } from './run-step.mjs';
import { runStaticChecks } from './static-checks.mjs';

process.env.CI = 'true';
// Tests have their own time limits; this one is for a test runner that hangs.
const longestTestRunMs = 45 * 60_000;
const say = (line) => process.stdout.write(`${line}\n`);

async function verify() {
  const built = await ensureBuilt({ say });
  if (!built.ok) return { failed: [built.failed], counts: { passed: 0, failed: 1, skipped: 0 } };

  const failed = await runStaticChecks(say);
  for (const program of ['strace', 'tmux']) {
    if (!(await ensureProgram(program))) say(`some tests will be ${howToGet(program)}`);
  }
  const { ok, counts } = await runTests();
  return { failed: ok ? failed : [...failed, 'tests'], counts };
}

async function runTests() {
  const folder = await mkdtemp(join(tmpdir(), 'atonce-verify-'));
  const file = join(folder, 'results.json');
  try {
    const vitest = [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
    ];
    const { ok } = await runNode([...vitest, `--outputFile.json=${file}`], {
      show: true,
      timeoutMs: longestTestRunMs,
    });
    if (!existsSync(file)) return { ok: false, counts: { passed: 0, failed: 1, skipped: 0 } };
    const counts = countTests(JSON.parse(await readFile(file, 'utf8')));
    return { ok: ok && counts.failed === 0 && counts.passed > 0, counts };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file that could not be loaded has no tests to count, so it counts as one failure. */
function countTests(results) {
  const broken = results.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'),
  );
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + broken.length,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

const { failed, counts } = await verify();
say(failed.length === 0 ? 'verify: all good' : `verify: FAILED at ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
say(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
