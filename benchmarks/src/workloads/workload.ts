/** Work on which `on: 'auto'` is held against inline, loop and threads; each module in this folder holds one. */
export interface Workload<T> {
  /** What an item does, with its rough cost on one core. */
  readonly title: string;
  /** Makes the same items each time. */
  readonly items: () => T[];
  /** Export of the module that is the task: always `run`. */
  readonly task: 'run';
}
