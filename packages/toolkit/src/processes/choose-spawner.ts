import { directSpawner } from './direct-spawner.ts';
import { type HelperSpawner, helperSpawner } from './helper-spawner.ts';
import type { ProcessCommand } from './process-request.ts';
import type { SpawnHandle, SpawnListener, Spawner } from './spawner.ts';

/** Where processes are started from: here, from a helper process, or whichever is quicker now. */
export type SpawnPlace = 'auto' | 'direct' | 'helper';

/** Above this much memory of ours a start from here costs more than the way through the helper. */
const LARGE_BYTES = 150 * 1024 * 1024;

/** Asking for our memory costs microseconds, so it is not asked for at every start. */
const LOOK_AGAIN_MS = 50;

/** The spawner for a place; `auto` looks at our own memory from time to time. */
export function chooseSpawner(place: SpawnPlace): Spawner {
  if (place === 'direct') return directSpawner;
  if (place === 'helper') return helperSpawner();
  return new BySize();
}

class BySize implements Spawner {
  #helper: HelperSpawner | undefined;
  #lookedMs = -Infinity;
  #large = false;

  start(command: ProcessCommand, listener: SpawnListener): SpawnHandle {
    const nowMs = performance.now();
    if (nowMs - this.#lookedMs > LOOK_AGAIN_MS) {
      this.#lookedMs = nowMs;
      this.#large = isLarge() ?? this.#large;
    }
    if (!this.#large) return directSpawner.start(command, listener);
    this.#helper ??= helperSpawner();
    return this.#helper.start(command, listener);
  }

  close(): void {
    this.#helper?.close();
  }
}

/** Undefined when it cannot be known: asking opens a file, and there may be too many of them. */
function isLarge(): boolean | undefined {
  try {
    return process.memoryUsage.rss() > LARGE_BYTES;
  } catch {
    return undefined;
  }
}
