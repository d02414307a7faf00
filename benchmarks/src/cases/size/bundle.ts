import { gzipSync } from 'node:zlib';
import type { Prepare } from '../../harness/benchmark.ts';
import { loadPeer, peerFile } from '../../harness/peers.ts';

interface Esbuild {
  build(options: object): Promise<{
    readonly outputFiles: readonly { readonly contents: Uint8Array; readonly text: string }[];
  }>;
}

/** Bundles a module that exports one function, and tells its size. */
export function bundled(source: string): Prepare {
  return async () => {
    const { build } = await loadPeer<Esbuild>('esbuild');
    let text = '';
    return {
      run: async () => {
        const { outputFiles } = await build({
          stdin: { contents: source, resolveDir: peerFile('.') },
          bundle: true,
          minify: true,
          format: 'esm',
          platform: 'browser',
          target: 'es2022',
          write: false,
          logLevel: 'error',
        });
        const [output] = outputFiles;
        if (output === undefined) throw new Error('esbuild made no file');
        text = output.text;
        const { contents } = output;
        return {
          amount: gzipSync(contents, { level: 9 }).length,
          figures: { 'kB minified': contents.length / 1_000 },
        };
      },
      check: async () => {
        const url = `data:text/javascript,${encodeURIComponent(text)}`;
        const module = (await import(url)) as { readonly default: unknown };
        if (typeof module.default !== 'function') throw new Error('the bundle does not work');
      },
    };
  };
}
