// Starts one program and tells how it ended. Shared by the scripts that run many.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs `node ARGS` in the repository, without a stdin.
 * With `show` the output is passed through as it comes; otherwise it is collected and returned.
 */
export function runNode(args, options = {}) {
  return run(process.execPath, args, options);
}

/** Runs npm itself, by the same npm that runs this script when there is one. */
export function runNpm(args, options = {}) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) return run(process.execPath, [npm, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}

export function run(program, args, { show = false, env = {}, shell = false, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const started = performance.now();
    let output = '';
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
      shell,
      timeout: timeoutMs,
    });
    const end = (ok, reason) =>
      resolve({ ok, output: output + reason, seconds: (performance.now() - started) / 1000 });
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => end(false, `${program}: ${error.message}\n`));
    child.on('close', (code, signal) => end(code === 0, signal ? `ended by ${signal}\n` : ''));
  });
}
