import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AtonceError } from '../../kernel/errors.ts';
import type { LockAttempt } from './attempt.ts';
import { isListening, listen, stopListening } from './listen.ts';

/** How often two that arrive at the same moment step back before one is told that it is locked. */
const ROUNDS = 8;

/**
 * macOS and other systems without abstract sockets: every contender listens on a socket file of its
 * own in one folder, then looks whether another one there is alive. Of two at the same moment at
 * least one sees the other. A dead one's file refuses callers and is removed; since names are
 * never used twice, that cannot hit a living one.
 */
export async function lockBySocketFolder(name: string): Promise<LockAttempt> {
  const folder = await ownFolder(name);
  for (let round = 1; ; round++) {
    const own = await enter(folder);
    const pid = await livingOther(folder, own.file);
    if (pid === undefined) return { ok: true, release: own.leave };
    await own.leave();
    if (round === ROUNDS) return { ok: false, pid };
    await sleep(2 + Math.random() * 4 * round);
  }
}

/** The folder of a lock. Socket paths are short (104 bytes on macOS), so the name is cut. */
async function ownFolder(name: string): Promise<string> {
  const folder = join(tmpdir(), name.slice(0, 28));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === process.getuid?.()) return folder;
  throw new AtonceError('E_FILE', `Cannot lock in ${folder}: it belongs to somebody else`);
}

interface Contender {
  readonly file: string;
  readonly leave: () => Promise<void>;
}

async function enter(folder: string): Promise<Contender> {
  const unique = randomBytes(4).toString('hex');
  const file = `${process.pid}-${unique}`;
  const unready = join(folder, `${unique}.new`);
  const server = await listen(unready, (caller) => caller.destroy());
  if (server === undefined) return enter(folder);
  const leave = async (): Promise<void> => {
    await unlink(join(folder, file)).catch(() => {});
    await stopListening(server);
  };
  try {
    // Between bind and listen a socket refuses callers like a dead one: it gets its name afterwards.
    await rename(unready, join(folder, file));
  } catch (error) {
    await leave();
    throw error;
  }
  return { file, leave };
}

/** The pid of another contender that lives; files of dead ones are removed on the way. */
async function livingOther(folder: string, own: string): Promise<number | undefined> {
  for (const file of await readdir(folder)) {
    if (file === own || !/^\d+-[0-9a-f]+$/.test(file)) continue;
    if (await isListening(join(folder, file))) return Number(file.slice(0, file.indexOf('-')));
    await unlink(join(folder, file)).catch(() => {});
  }
  return undefined;
}
