// The quick loop: build, static checks, unit tests. `npm run verify` is the whole.
import { ensureBuilt } from './ensure-built.mjs';
import { runNode } from './run-step.mjs';
import { runStaticChecks } from './static-checks.mjs';

const say = (line) => process.stdout.write(`${line}\n`);

const built = await ensureBuilt({ say });
const failed = built.ok ? await runStaticChecks(say) : [built.failed];
if (built.ok) {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit'];
  const tests = await runNode(vitest, { show: true });
  if (!tests.ok) failed.push('tests');
}
say(failed.length === 0 ? 'check: all good' : `check: FAILED at ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
