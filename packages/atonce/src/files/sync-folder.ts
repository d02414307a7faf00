import { open } from 'node:fs/promises';

/** Makes a file's new name durable: on POSIX a name belongs to the folder and is synced with it. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder for this and keeps names durable on its own account.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
