import type { Workload } from '../../workloads/workload.ts';

/** A workload with its task, which may be called here or named by its URL. */
export interface LoadedWorkload {
  readonly url: URL;
  readonly workload: Workload<unknown>;
  readonly run: (item: unknown) => unknown;
  /** Program that must run meanwhile and prints the URL that items need. */
  readonly server: URL | undefined;
}

export type WorkloadName =
  | 'bimodal'
  | 'blocking'
  | 'fib'
  | 'floatArray'
  | 'http'
  | 'jsonParse'
  | 'regex'
  | 'sort';

const modules: Readonly<Record<WorkloadName, () => Promise<unknown>>> = {
  bimodal: () => import('../../workloads/bimodal.ts'),
  blocking: () => import('../../workloads/blocking.ts'),
  fib: () => import('../../workloads/fib.ts'),
  floatArray: () => import('../../workloads/float-array.ts'),
  http: () => import('../../workloads/http.ts'),
  jsonParse: () => import('../../workloads/json-parse.ts'),
  regex: () => import('../../workloads/regex.ts'),
  sort: () => import('../../workloads/sort.ts'),
};

/** Programs that must run meanwhile. */
const servers: Readonly<Partial<Record<string, URL>>> = {
  http: new URL('../../workloads/http-server.js', import.meta.url),
};

const folder = new URL('../../workloads/', import.meta.url);

export async function loadWorkload(name: string): Promise<LoadedWorkload> {
  const module = await modules[name as WorkloadName]();
  const { workload, run } = module as Pick<LoadedWorkload, 'workload' | 'run'>;
  const file = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return { url: new URL(`${file}.js`, folder), workload, run, server: servers[name] };
}
