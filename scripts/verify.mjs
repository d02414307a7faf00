// Everything, from a fresh clone: install, build, static checks, all tests. Plain Node, no dependencies.
//
// The test runner comes last, so that its own summary ends the output. The exit code is 0 only if every
// step and test is good.
import { ensureProgram, howToGet } from './ensure-apt.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { runNode } from './run-step.mjs';
import { runStaticChecks } from './static-checks.mjs';

process.env.CI = 'true';
// `CI` makes the test runner use colours even in a file; whoever reads a file wants to search it.
const colours = process.stdout.isTTY ? [] : ['--no-color'];
// Tests have their own time limits; this one is for a test runner that hangs.
const longestTestRunMs = 45 * 60_000;
const say = (line) => process.stdout.write(`${line}\n`);

/** Names of the steps that were not good. */
async function verify() {
  const built = await ensureBuilt({ say });
  if (!built.ok) return [built.failed];
  const failed = await runStaticChecks(say);
  for (const program of ['strace', 'tmux']) {
    if (!(await ensureProgram(program))) say(`some tests will be ${howToGet(program)}`);
  }
  const { ok } = await runNode(['node_modules/vitest/vitest.mjs', 'run', ...colours], {
    show: true,
    timeoutMs: longestTestRunMs,
  });
  return ok ? failed : [...failed, 'tests'];
}

const failed = await verify();
if (failed.length > 0) say(`verify: FAILED at ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
