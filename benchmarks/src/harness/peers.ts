import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../peers/', import.meta.url);

/** Imports a package of `benchmarks/peers`. `T` names the part of it that is used. */
export async function loadPeer<T>(name: string): Promise<T> {
  const { load } = (await import(new URL('load.mjs', folder).href)) as {
    load(name: string): Promise<T>;
  };
  return load(name);
}

/** Version of an installed peer; undefined when it is not installed. */
export function peerVersion(name: string): string | undefined {
  try {
    const text = readFileSync(new URL(`node_modules/${name}/package.json`, folder), 'utf8');
    return (JSON.parse(text) as { readonly version: string }).version;
  } catch {
    return undefined;
  }
}

/** File in `benchmarks/peers`, for programs and worker modules that stand there. */
export function peerFile(path: string): string {
  return fileURLToPath(new URL(path, folder));
}
