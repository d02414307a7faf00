/** What a task is told beside its item. */
export interface TaskContext {
  /** Position of the item in the input, from 0. */
  readonly index: number;
  /** 1 for the first try, 2 for the first retry, and so on. */
  readonly attempt: number;
  /** Aborted when the run is stopped or this attempt timed out. Made when first read. */
  readonly signal: AbortSignal;
  /** Passes something to the progress listener as a `report` event; nothing happens when nobody listens. */
  report(data: unknown): void;
}

/** The function applied to each item. Its plain return value or what its promise resolves to is the item's value. */
export type Task<T, R> = (item: T, context: TaskContext) => R | PromiseLike<R>;

/** The key under which a task made by `moduleTask` says where its code stands. */
export const moduleTaskKey: unique symbol = Symbol.for('atonce.moduleTask') as never;

/** Where a shippable task's code stands, and how to find a runner for it when the caller says `on: 'auto'`. */
export interface ModuleTaskSource {
  /** `file:` URL of the module. */
  readonly url: string;
  readonly exportName: string;
  /** Identifies the module's code as it stands on disk now, for a journal's header. */
  fingerprint(): string;
  /** The runner that `on: 'auto'` means for this task. */
  autoRunner(): import('./runner.ts').Runner;
}

/** Reads where a task's code stands; undefined for an ordinary function. */
export function moduleTaskSource(task: unknown): ModuleTaskSource | undefined {
  return (task as { readonly [moduleTaskKey]?: ModuleTaskSource })[moduleTaskKey];
}
