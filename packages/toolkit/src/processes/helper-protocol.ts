import type { SpawnError } from './spawner.ts';

/** Where an output stream goes, as the helper is told: files by path, readers by messages. */
export type WireSink = 'nowhere' | 'ours' | 'reader' | { readonly path: string };

/** What the helper is asked. */
export type HelperRequest =
  | { readonly type: 'env'; readonly env: Readonly<Record<string, string | undefined>> }
  | {
      readonly type: 'start';
      readonly id: number;
      readonly file: string;
      readonly args: readonly string[];
      readonly cwd: string | undefined;
      readonly stdout: WireSink;
      readonly stderr: WireSink;
    }
  | { readonly type: 'taken'; readonly id: number; readonly stream: OutputStream }
  | { readonly type: 'discard'; readonly id: number };

/** What the helper tells. */
export type HelperReply =
  | { readonly type: 'started'; readonly id: number; readonly pid: number }
  | { readonly type: 'failed'; readonly id: number; readonly error: SpawnError }
  | {
      readonly type: 'exited';
      readonly id: number;
      readonly code: number | null;
      readonly signal: string | null;
    }
  | { readonly type: 'drained'; readonly id: number }
  | {
      readonly type: 'chunk';
      readonly id: number;
      readonly stream: OutputStream;
      readonly chunk: Uint8Array;
    };

/** The two output streams of a process. */
export type OutputStream = 'stdout' | 'stderr';
