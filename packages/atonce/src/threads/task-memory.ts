import type { ModuleTaskSource } from '../engine/task.ts';

/** What earlier runs of a task have shown. */
export interface TaskFacts {
  /** Mean running time of an item. */
  readonly itemMs: number;
  /** Median on the calling thread; undefined when few ran there. */
  readonly typicalMs: number | undefined;
  /** Copying an item's input and result, both ways; undefined when nobody has measured it. */
  readonly cloneMs: number | undefined;
  readonly workClass: 'computes' | 'blocks' | 'waits' | undefined;
  /** Workers have run it: its module is loaded there, its code compiled. */
  readonly onWorkers: boolean;
  /** How many times faster workers really were than the calling thread, and how long that is believed, by `performance.now`. */
  readonly verdict: { readonly gain: number; readonly until: number } | undefined;
  /** What runs have lost because no workers were up and starting them was not worth it for each alone, milliseconds. */
  readonly missedMs: number;
}

/** Tasks of which a pool remembers something at most. */
const MOST_TASKS = 256;

/** What a pool remembers of the tasks it has run, so that the next run of one need not find out again. */
export class TaskMemory {
  readonly #facts = new Map<string, TaskFacts>();

  of(source: ModuleTaskSource): TaskFacts | undefined {
    return this.#facts.get(keyOf(source));
  }

  keep(source: ModuleTaskSource, facts: TaskFacts): void {
    const key = keyOf(source);
    // Put back at the end, so that the first one is the one not used for longest.
    this.#facts.delete(key);
    this.#facts.set(key, facts);
    if (this.#facts.size <= MOST_TASKS) return;
    const oldest = this.#facts.keys().next();
    if (oldest.done !== true) this.#facts.delete(oldest.value);
  }
}

function keyOf({ url, exportName }: ModuleTaskSource): string {
  return `${url}\n${exportName}`;
}
