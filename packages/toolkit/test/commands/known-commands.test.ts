import { describe, expect, it } from 'vitest';
import { knownTimeout, knownTimeoutInScript } from '../../src/commands/known-commands.ts';

describe('time limits of known commands', () => {
  it.each([
    ['git push origin main', 'git push', 30],
    ['git -C /repo -c a=b push', 'git push', 30],
    ['/usr/bin/git clone url', 'git clone', 300],
    ['npm test', 'npm test', 60],
    ['npm --prefix x run test', 'npm run test', 60],
    ['npx vitest run', 'vitest', 60],
    ['npx -p jest jest', 'jest', 60],
    ['env -u X A=1 B=2 pytest -q', 'pytest', 60],
    ['sudo -u me nice -n 5 go test ./...', 'go test', 60],
    ['timeout -k 5 10 cargo test', 'cargo test', 60],
    ['python3 -m pytest', 'python3 -m pytest', 60],
    ['node --test', 'node --test', 60],
    ['npm ci', 'npm ci', 120],
    ['pip install -r x', 'pip install', 120],
  ])('%s is %s: %i s', (line, reason, seconds) => {
    expect(knownTimeout(line.split(' '))).toEqual({ reason, timeoutMs: seconds * 1000 });
  });

  it.each(['echo git push', 'git status', 'npm run build', 'cargo build', 'env', 'sudo', 'gitpush', 'constructor', ''])(
    '%j has none',
    (line) => {
      expect(knownTimeout(line.split(' '))).toBeUndefined();
    },
  ); // prettier-ignore

  it('takes the longest of a script', () => {
    const script = 'cd {} && npm ci && npm test | tee log; git push';
    expect(knownTimeoutInScript(script)).toEqual({ reason: 'npm ci', timeoutMs: 120_000 });
    expect(knownTimeoutInScript('echo "git push"')).toBeUndefined();
    expect(knownTimeoutInScript('A=1 pytest $X')?.reason).toBe('pytest');
  });
});
