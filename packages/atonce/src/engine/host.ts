/** The few things the engine asks of Node when it runs on Node, and does without elsewhere. */
interface HostModules {
  'node:os': { availableParallelism?(): number; cpus(): readonly unknown[] };
  'node:fs': { readFileSync(path: string, encoding: 'utf8'): string };
  'node:async_hooks': { AsyncLocalStorage: new <S>() => AsyncStore<S> };
}

/** The part of AsyncLocalStorage that is used here. */
export interface AsyncStore<S> {
  run<R>(store: S, callback: () => R): R;
  getStore(): S | undefined;
}

interface HostGlobal {
  readonly process?: { getBuiltinModule?(name: string): unknown };
  readonly navigator?: { readonly hardwareConcurrency?: number };
  setImmediate?(callback: () => void): unknown;
}

/** Calls back once the event loop has had a turn for timers, signals and I/O. */
export function nextTurn(callback: () => void): void {
  const { setImmediate } = globalThis as HostGlobal;
  if (setImmediate === undefined) setTimeout(callback, 0);
  else setImmediate(callback);
}

/**
 * A built-in module of Node, or undefined on any other runtime. `process.getBuiltinModule` (Node
 * 20.16 and up) keeps this file, and so the package's root entry, free of imports that a browser
 * or bundler could not resolve.
 */
export function hostModule<Name extends keyof HostModules>(
  name: Name,
): HostModules[Name] | undefined {
  const host = globalThis as HostGlobal;
  return host.process?.getBuiltinModule?.(name) as HostModules[Name] | undefined;
}

/** Logical processors the runtime reports, without regard to CPU quotas; at least 1. */
export function reportedProcessors(): number {
  const os = hostModule('node:os');
  const count =
    os === undefined
      ? (globalThis as HostGlobal).navigator?.hardwareConcurrency
      : (os.availableParallelism?.() ?? os.cpus().length);
  return Math.max(1, count ?? 1);
}
