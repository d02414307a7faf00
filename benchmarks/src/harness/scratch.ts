import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for one sample, in the system's temporary folder (`TMPDIR` moves it). */
export interface Scratch {
  readonly path: string;
  /** What kind of file system it stands on: a sync costs nothing on one in memory. */
  readonly fileSystem: string;
  readonly remove: () => Promise<void>;
}

/** Magic numbers of statfs(2). */
const fileSystems: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x9123683e: 'btrfs',
  0x58465342: 'xfs',
  0x01021994: 'tmpfs, in memory',
  0x794c7630: 'overlayfs',
  0x2fc12fc1: 'zfs',
};

export async function makeScratch(): Promise<Scratch> {
  const path = await mkdtemp(join(tmpdir(), 'atonce-bench-'));
  const { type } = await statfs(path);
  return {
    path,
    fileSystem: fileSystems[type] ?? `0x${type.toString(16)}`,
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
