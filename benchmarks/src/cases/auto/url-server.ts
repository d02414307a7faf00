import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface UrlServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Starts a program whose first line of output is the URL it answers at. */
export async function startUrlServer(program: URL): Promise<UrlServer> {
  const child = spawn(process.execPath, [fileURLToPath(program)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [first] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${program.href} ended`))),
  ])) as [Buffer];
  return { url: String(first).trim(), stop: () => stop(child) };
}

async function stop(child: ChildProcessByStdio<null, Readable, null>): Promise<void> {
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
