// Installs and builds if needed, then starts the demo; arguments, signals and the exit code are passed on.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ensureBuilt } from './ensure-built.mjs';
import { root } from './run-step.mjs';

const built = await ensureBuilt({ show: false, say: (line) => process.stderr.write(`${line}\n`) });
if (built.ok) startDemo();
else {
  process.stderr.write(`${built.output}demo: FAILED at ${built.failed}\n`);
  process.exitCode = 1;
}

function startDemo() {
  const demo = spawn(process.execPath, ['examples/demo/demo.mjs', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // At a terminal Ctrl-C reaches the demo by itself; passing it on would count as a second one.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) demo.kill(signal);
    });
  }
  demo.on('error', (error) => {
    process.stderr.write(`demo: ${error.message}\n`);
    process.exitCode = 125;
  });
  demo.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
