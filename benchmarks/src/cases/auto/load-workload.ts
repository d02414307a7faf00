/** A workload: each module in `workloads` has these two exports. */
interface Workload {
  /** Makes the same items each time. */
  readonly items: (count: number) => readonly unknown[];
  /** The task. */
  readonly run: (item: never) => unknown;
}

/** A workload whose task may be called here or named by its module. */
export interface LoadedWorkload {
  /** The module, whose export `run` is the task. */
  readonly url: URL;
  readonly items: (count: number) => readonly unknown[];
  readonly run: (item: unknown) => unknown;
  /** Program that must run meanwhile and prints the URL that items need. */
  readonly server: URL | undefined;
}

/** Module of `workloads`, without `.ts`. */
export type WorkloadName =
  | 'bimodal'
  | 'blocking'
  | 'fib'
  | 'float-array'
  | 'http'
  | 'json-parse'
  | 'regex'
  | 'sort';

const modules: Readonly<Record<WorkloadName, () => Promise<Workload>>> = {
  bimodal: () => import('./workloads/bimodal.ts'),
  blocking: () => import('./workloads/blocking.ts'),
  fib: () => import('./workloads/fib.ts'),
  'float-array': () => import('./workloads/float-array.ts'),
  http: () => import('./workloads/http.ts'),
  'json-parse': () => import('./workloads/json-parse.ts'),
  regex: () => import('./workloads/regex.ts'),
  sort: () => import('./workloads/sort.ts'),
};

const httpServer = new URL('./workloads/http-server.js', import.meta.url);

export async function loadWorkload(name: WorkloadName): Promise<LoadedWorkload> {
  const { items, run } = (await modules[name]()) as Pick<LoadedWorkload, 'items' | 'run'>;
  const url = new URL(`./workloads/${name}.js`, import.meta.url);
  return { url, items, run, server: name === 'http' ? httpServer : undefined };
}
