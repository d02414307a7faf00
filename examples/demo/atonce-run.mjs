// Starts `atonce run` and reads its events.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { root } from './choose-files.mjs';
import { untilFree } from './output-folder.mjs';

const toolkit = fileURLToPath(import.meta.resolve('@atonce/toolkit/package.json'));
const atonce = join(dirname(toolkit), 'dist/faces/cli/bin.js');
const records = { journal: 'journal', joblog: 'joblog', results: 'results', trace: 'trace.json' };

/** Runs the command for each line of the list. Rejects when a job failed or the run was stopped. */
export async function atonceRun({ command, list, jobs, folder }, { signal, onSettled }) {
  // The command of a demo that was killed takes a moment to notice.
  await untilFree(join(folder, records.journal));
  signal.throwIfAborted();
  const files = Object.entries(records).flatMap(([name, file]) => [
    `--${name}`,
    join(folder, file),
  ]);
  const options = ['--jobs', jobs, '--resume', '--progress', 'json', ...files];
  const run = spawn(process.execPath, [atonce, 'run', ...options, command, '::::', list], {
    cwd: root,
    env: withoutSettings(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a group of its own, so that Ctrl-C reaches it once: from here.
    detached: process.platform !== 'win32',
  });
  const closed = once(run, 'close');
  // Read, not inherited: when this program is killed the pipe breaks, and the run ends too.
  run.stdout.resume();
  const forward = () => run.kill('SIGINT');
  signal.addEventListener('abort', forward);
  try {
    const said = await readEvents(run.stderr, onSettled);
    const [code] = await closed;
    signal.throwIfAborted();
    if (code !== 0) throw new Error(`atonce run ended with ${code}:\n${said.join('\n')}`);
  } finally {
    signal.removeEventListener('abort', forward);
  }
}

/** Gives the lines that are no events. */
async function readEvents(stream, onSettled) {
  const said = [];
  for await (const line of createInterface({ input: stream })) {
    if (!line.startsWith('{"time":')) said.push(line);
    else {
      const { type, job } = JSON.parse(line);
      if (type === 'finished' && job.end.kind !== 'cancelled')
        onSettled(job.sequence - 1, job.resumed);
    }
  }
  return said;
}

/** The reader's own ATONCE_ variables must not change what is compared. */
function withoutSettings(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ATONCE_')));
}
