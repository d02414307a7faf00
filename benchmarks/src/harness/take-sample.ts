import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SampleAnswer, SampleRequest } from './sample-request.ts';

const program = fileURLToPath(new URL('../sample.js', import.meta.url));
/** A sample that takes longer hangs. */
const LONGEST_MS = 300_000;
/** After its answer a process has nothing left to do. */
const LONGEST_EXIT_MS = 10_000;

/** Takes one sample in a fresh process. A process that dies or hangs is an answer too. */
export function takeSample(request: SampleRequest): Promise<SampleAnswer> {
  return new Promise((resolve) => {
    const child = fork(program, [JSON.stringify(request)], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let errors = '';
    let answer: SampleAnswer | undefined;
    let timer = setTimeout(() => end('did not end'), LONGEST_MS);
    const end = (problem: string): void => {
      answer = { ok: false, problem, died: true };
      child.kill('SIGKILL');
    };
    child.stderr?.on('data', (text: Buffer) => (errors += text));
    child.on('message', (message) => {
      answer = message as SampleAnswer;
      clearTimeout(timer);
      timer = setTimeout(() => end('answered, but its process did not end'), LONGEST_EXIT_MS);
    });
    child.on('error', (error) => end(String(error)));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const ending = `its process ended with ${signal ?? `code ${code}`}\n${errors.slice(-2000)}`;
      resolve(answer ?? { ok: false, problem: ending, died: true });
    });
  });
}
