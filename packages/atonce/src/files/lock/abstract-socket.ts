import { readdir, readFile, readlink } from 'node:fs/promises';
import type { LockAttempt } from './attempt.ts';
import { listen, stopListening } from './listen.ts';

/**
 * All that fits in a socket address. Node up to 20 fills a shorter name with NUL and later ones do
 * not, so that their locks would not meet.
 */
const NAME_LENGTH = 107;

/**
 * Linux: a socket in the abstract namespace. It has no file, stays while its holder is stopped, and
 * is gone the moment the holder dies. It is seen within one network namespace.
 */
export async function lockByAbstractSocket(lockName: string): Promise<LockAttempt> {
  const name = lockName.padEnd(NAME_LENGTH, '.');
  const server = await listen(`\0${name}`, (caller) => caller.destroy());
  if (server === undefined) return { ok: false, pid: await socketOwner(name) };
  return { ok: true, release: () => stopListening(server) };
}

/** The process that has an abstract socket open, from the kernel's tables: also a stopped one is found. */
async function socketOwner(name: string): Promise<number | undefined> {
  const table = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  const row = table.split('\n').find((line) => line.endsWith(` @${name}`));
  const inode = row?.split(/\s+/)[6];
  if (inode === undefined) return undefined;
  for (const entry of await readdir('/proc')) {
    if (/^\d+$/.test(entry) && (await hasOpen(entry, `socket:[${inode}]`))) return Number(entry);
  }
  return undefined;
}

async function hasOpen(pid: string, resource: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  // Processes end while we look, and those of other users cannot be read.
  const descriptors = await readdir(folder).catch(() => []);
  const links = await Promise.all(
    descriptors.map((fd) => readlink(`${folder}/${fd}`).catch(() => '')),
  );
  return links.includes(resource);
}
