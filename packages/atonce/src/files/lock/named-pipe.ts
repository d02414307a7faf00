import type { LockAttempt } from './attempt.ts';
import { ask, listen, stopListening } from './listen.ts';

/** How long the holder may take to say its pid; a suspended one never does. */
const ANSWER_MS = 300;

/** Windows: the first instance of a named pipe, gone when its holder dies. */
export async function lockByNamedPipe(name: string): Promise<LockAttempt> {
  const pipe = `\\\\.\\pipe\\${name}`;
  const server = await listen(pipe, (caller) => {
    caller.unref();
    caller.end(String(process.pid));
  });
  if (server !== undefined) return { ok: true, release: () => stopListening(server) };
  const answer = Number(await ask(pipe, ANSWER_MS));
  return { ok: false, pid: Number.isSafeInteger(answer) ? answer : undefined };
}
