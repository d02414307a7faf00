import type { ResourceLimits } from 'node:worker_threads';
import { checkInteger, checkMs, checkNames, refuse } from '../kernel/checks.ts';
import { cores } from './cores.ts';

/** A function to be called once in each worker before its first task. */
export interface Initialiser {
  /** `file:` URL of the module. */
  readonly url: string | URL;
  /** Name of the exported function; it may return a promise. @defaultValue 'default' */
  readonly exportName?: string | undefined;
}

/** What thread pools and process pools have in common. */
export interface PoolOptions {
  /** Most workers at once. @defaultValue the cores this process may really use, CPU quotas honoured */
  readonly workers?: number | undefined;
  /** Called once in each worker before its first task; when it fails, the worker has not started. @defaultValue none */
  readonly initialiser?: Initialiser | undefined;
  /** Options of Node for the workers. @defaultValue those this process was started with */
  readonly execArgv?: readonly string[] | undefined;
  /** Environment variables on top of this process's own. @defaultValue none */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds after which a worker with nothing to do is stopped. @defaultValue 10_000 */
  readonly idleMs?: number | undefined;
  /** Milliseconds that a stopped or timed-out call of `pool.run` may go on before its worker is ended. @defaultValue 1_000 */
  readonly graceMs?: number | undefined;
  /** Failed starts in a row after which the pool stops trying. @defaultValue 3 */
  readonly maxRestarts?: number | undefined;
}

/** Options of `threads`. */
export interface ThreadsOptions extends PoolOptions {
  /** Memory limits of each thread, in MB, as Node defines them. @defaultValue none */
  readonly resourceLimits?: ResourceLimits | undefined;
  /**
   * `'auto'` lets a run over many items execute on the calling thread, in slices of at most 5 ms,
   * what is not worth a worker; `false` never does. A single item that takes long holds the calling
   * thread until it ends, so servers want `false`. @defaultValue 'auto'
   */
  readonly inline?: 'auto' | false | undefined;
}

/** Options of `processes`. */
export interface ProcessesOptions extends PoolOptions {
  /** As in `threads`. Without it, items run inline only when no process can be started. @defaultValue undefined */
  readonly inline?: 'auto' | false | undefined;
}

/** A pool's options with every default taken. */
export interface PoolSettings {
  readonly workers: number;
  readonly initialiser: { readonly url: string; readonly exportName: string } | undefined;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>> | undefined;
  readonly idleMs: number;
  readonly graceMs: number;
  readonly maxRestarts: number;
  /** `fallback`: inline only when no worker can be started. */
  readonly inline: 'auto' | 'fallback' | false;
}

const COMMON = [
  'workers',
  'initialiser',
  'execArgv',
  'env',
  'idleMs',
  'graceMs',
  'maxRestarts',
  'inline',
] as const;
const MOST_WORKERS = 1024;

/** @throws OptionError for an unknown or unfit option. */
export function threadSettings(options: ThreadsOptions): PoolSettings {
  checkNames('threads options', options, [...COMMON, 'resourceLimits']);
  const { resourceLimits, inline = 'auto' } = options;
  if (resourceLimits !== undefined) checkObject('resourceLimits', resourceLimits);
  return { ...common(options), resourceLimits, inline: checkInline(inline) };
}

/** @throws OptionError for an unknown or unfit option. */
export function processSettings(options: ProcessesOptions): PoolSettings {
  checkNames('processes options', options, COMMON);
  const { inline } = options;
  return {
    ...common(options),
    resourceLimits: undefined,
    inline: inline === undefined ? 'fallback' : checkInline(inline),
  };
}

function common(options: PoolOptions): Omit<PoolSettings, 'resourceLimits' | 'inline'> {
  const {
    workers = cores(),
    execArgv,
    env,
    idleMs = 10_000,
    graceMs = 1_000,
    maxRestarts = 3,
  } = options;
  checkInteger('workers', workers, { min: 1, max: MOST_WORKERS });
  checkMs('idleMs', idleMs);
  checkMs('graceMs', graceMs);
  checkInteger('maxRestarts', maxRestarts, { min: 1 });
  if (env !== undefined) checkObject('env', env);
  if (execArgv !== undefined && !Array.isArray(execArgv))
    throw refuse('execArgv', 'an array of strings', execArgv);
  return {
    workers,
    execArgv,
    env,
    idleMs,
    graceMs,
    maxRestarts,
    initialiser: checkInitialiser(options.initialiser),
  };
}

function checkInitialiser(initialiser: Initialiser | undefined): PoolSettings['initialiser'] {
  if (initialiser === undefined) return undefined;
  checkNames('initialiser', initialiser, ['url', 'exportName']);
  const { url, exportName = 'default' } = initialiser;
  const href = String(url);
  if (!href.startsWith('file:')) throw refuse('initialiser.url', 'a `file:` URL', href);
  if (typeof exportName !== 'string' || exportName === '')
    throw refuse('initialiser.exportName', 'the name of an export', exportName);
  return { url: href, exportName };
}

function checkInline(inline: unknown): 'auto' | false {
  if (inline !== 'auto' && inline !== false) throw refuse('inline', "'auto' or false", inline);
  return inline;
}

function checkObject(option: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw refuse(option, 'an object', value);
}
