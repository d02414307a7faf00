import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const repository = new URL('../../../', import.meta.url);

/** Version of the measured atonce, with its commit when it stands in a git repository. */
export function atonceVersion(): string {
  const text = readFileSync(new URL('packages/atonce/package.json', repository), 'utf8');
  const { version } = JSON.parse(text) as { readonly version: string };
  const commit = git('rev-parse', '--short', 'HEAD');
  if (commit === undefined) return version;
  const changed = git('status', '--porcelain', '--', 'packages') === '' ? '' : ' with changes';
  return `${version} (${commit}${changed})`;
}

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, {
      cwd: repository,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}
