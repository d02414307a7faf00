// The folder that the demo leaves: what is in it, and whether a run in it was stopped or finished.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isAtonceError } from 'atonce';
import { lockFile, writeFileAtomic } from 'atonce/files';
import { UsageError } from './arguments.mjs';

const mark = 'left by the atonce demo';
/** What a run leaves beside its state, which tells that the rest is a demo's and so comes first and stays. */
const contents = ['.gitignore', 'report.md', 'functions', 'commands'];

/**
 * Opens the folder for this run alone. `beginning` says how it begins: `new`, `resumed` after a run
 * that was stopped, `fresh` when asked to, `again` after a run that was finished.
 */
export async function openOutput(folder, fresh) {
  const root = resolve(folder);
  await mkdir(root, { recursive: true });
  const lock = await lockFile(join(root, 'state.json'));
  try {
    const state = await readState(root);
    const beginning = beginningOf(state, fresh);
    if (beginning === 'fresh' || beginning === 'again') await clear(root);
    const output = new OutputFolder(root, lock, beginning, state);
    await output.save();
    await writeFile(output.path('.gitignore'), '*\n');
    await mkdir(output.path('functions'), { recursive: true });
    return output;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function beginningOf(state, fresh) {
  if (state === undefined) return 'new';
  if (fresh) return 'fresh';
  return state.finished ? 'again' : 'resumed';
}

/** Removes what a demo has left, and nothing else. */
async function clear(root) {
  for (const name of contents) await rm(join(root, name), { recursive: true, force: true });
}

async function readState(root) {
  try {
    const state = JSON.parse(await readFile(join(root, 'state.json'), 'utf8'));
    if (state.mark === mark) return state;
  } catch (error) {
    if (error.code === 'ENOENT' && (await isEmpty(root))) return undefined;
  }
  throw new UsageError(`${root} is not a demo's folder: name another with --output`);
}

/** A demo killed at its very start may have left a temporary file of its state. */
async function isEmpty(root) {
  return (await readdir(root)).every((name) => /^\.atonce-.*\.tmp$/.test(name));
}

class OutputFolder {
  #root;
  #lock;
  #timings;

  constructor(root, lock, beginning, state) {
    this.#root = root;
    this.#lock = lock;
    this.beginning = beginning;
    this.#timings = beginning === 'resumed' ? state.timings : {};
  }

  /** The folder as a person would name it. */
  get shown() {
    const path = relative(process.cwd(), this.#root);
    return path === '' || path.startsWith('..') ? this.#root : path;
  }

  path(name) {
    return join(this.#root, name);
  }

  timing(name) {
    return this.#timings[name];
  }

  async keepTiming(name, timing) {
    this.#timings[name] = timing;
    await this.save();
  }

  async finish() {
    await this.save(true);
  }

  async save(finished = false) {
    const state = { mark, finished, timings: this.#timings };
    await writeFileAtomic(this.path('state.json'), `${JSON.stringify(state, undefined, 2)}\n`);
  }

  async close() {
    await this.#lock.release();
  }
}

/** Waits until no process holds the file any more, at most some seconds. */
export async function untilFree(path, patienceMs = 10_000) {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      const lock = await lockFile(path);
      return await lock.release();
    } catch (error) {
      if (!isAtonceError(error, 'E_LOCKED') || performance.now() > end) throw error;
      await setTimeout(50);
    }
  }
}
