// What is checked without running a test. `npm run check` and `npm run verify` share this list.
import { availableParallelism } from 'node:os';
import { runNode } from './run-step.mjs';

const attw = 'node_modules/@arethetypeswrong/cli/dist/index.js';
const shape = (folder) => [
  { name: `publint ${folder}`, args: ['node_modules/publint/src/cli.js', '--strict', folder] },
  { name: `attw ${folder}`, args: [attw, '--pack', folder, '--profile', 'esm-only'] },
];

export const staticChecks = [
  { name: 'oxlint', args: ['node_modules/oxlint/bin/oxlint', '--type-aware'] },
  { name: 'oxfmt', args: ['node_modules/oxfmt/bin/oxfmt', '--check', '.'] },
  { name: 'knip', args: ['node_modules/knip/bin/knip.js'] },
  ...shape('packages/atonce'),
  ...shape('packages/toolkit'),
  { name: 'size-limit', args: ['node_modules/size-limit/bin.js'] },
];

/** Runs every check, a few at a time, prints one line each and the output of those that fail. */
export async function runStaticChecks(say) {
  const waiting = [...staticChecks];
  const failed = [];
  const takeNext = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const { ok, output, seconds } = await runNode(check.args);
      say(`${ok ? 'ok    ' : 'FAILED'} ${check.name} (${seconds.toFixed(1)} s)`);
      if (!ok) say(output.trimEnd());
      if (!ok) failed.push(check.name);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, takeNext));
  return failed;
}
