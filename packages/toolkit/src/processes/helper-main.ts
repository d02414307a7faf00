/**
 * The helper: a small process that starts other processes for a large one, because `spawn` copies
 * the page tables of the process that calls it and blocks for as long as that takes (33 ms at 1 GB;
 * https://github.com/libuv/libuv/issues/1715). It imports next to nothing to stay small.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { directSpawner } from './direct-spawner.ts';
import type { HelperReply, HelperRequest, OutputStream, WireSink } from './helper-protocol.ts';
import type { OutputSink } from './process-request.ts';
import type { SpawnHandle, SpawnListener } from './spawner.ts';

type StartRequest = Extract<HelperRequest, { type: 'start' }>;

/** A process that has not ended. */
interface Ward {
  pid: number | undefined;
  handle: SpawnHandle | undefined;
  /** Waiting for a chunk to be taken at the other end. */
  readonly taken: Record<OutputStream, () => void>;
}

const wards = new Map<number, Ward>();
let env: Readonly<Record<string, string | undefined>> = {};

function reply(message: HelperReply): void {
  // A send that fails means that the other end is gone, which `disconnect` tells too.
  process.send?.(message, undefined, undefined, () => undefined);
}

function start(request: StartRequest): void {
  const { id, file, args, cwd } = request;
  const ward: Ward = {
    pid: undefined,
    handle: undefined,
    taken: { stdout: () => undefined, stderr: () => undefined },
  };
  wards.set(id, ward);
  const opened: number[] = [];
  const listener = listenerOf(id, ward);
  try {
    const stdout = openSink(request.stdout, { id, ward, stream: 'stdout', opened });
    const stderr = openSink(request.stderr, { id, ward, stream: 'stderr', opened });
    ward.handle = directSpawner.start({ file, args, cwd, env, stdout, stderr }, listener);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    // A file of ours that cannot be opened is not a program that cannot be found.
    listener.failed({ code: code === 'ENOENT' ? 'EIO' : code, message });
  }
  for (const fd of opened) closeSync(fd);
}

function listenerOf(id: number, ward: Ward): SpawnListener {
  return {
    started(pid) {
      ward.pid = pid;
      reply({ type: 'started', id, pid });
    },
    failed(error) {
      wards.delete(id);
      reply({ type: 'failed', id, error });
    },
    exited(code, signal) {
      ward.pid = undefined;
      reply({ type: 'exited', id, code, signal });
    },
    drained() {
      wards.delete(id);
      reply({ type: 'drained', id });
    },
  };
}

interface SinkPlace {
  readonly id: number;
  readonly ward: Ward;
  readonly stream: OutputStream;
  readonly opened: number[];
}

function openSink(sink: WireSink, { id, ward, stream, opened }: SinkPlace): OutputSink {
  if (sink === 'nowhere' || sink === 'ours') return { to: sink };
  if (sink !== 'reader') {
    const fd = openSync(sink.path, constants.O_WRONLY | constants.O_APPEND);
    opened.push(fd);
    return { to: 'file', fd, path: sink.path };
  }
  const read = (chunk: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      ward.taken[stream] = resolve;
      reply({ type: 'chunk', id, stream, chunk });
    });
  return { to: 'reader', read };
}

function killAll(signal: NodeJS.Signals): void {
  for (const { pid } of wards.values()) {
    if (pid === undefined) continue;
    try {
      process.kill(-pid, signal);
    } catch {
      // It ended a moment ago.
    }
  }
}

process.on('message', (message: HelperRequest) => {
  switch (message.type) {
    case 'env':
      env = message.env;
      break;
    case 'start':
      start(message);
      break;
    case 'taken':
      wards.get(message.id)?.taken[message.stream]();
      break;
    case 'discard':
      wards.get(message.id)?.handle?.discard();
      break;
  }
});

// Our parent is gone: what it was running has nobody left to wait for it.
process.on('disconnect', () => {
  killAll('SIGTERM');
  setTimeout(
    () => {
      killAll('SIGKILL');
      process.exit(0);
    },
    [...wards.values()].some(({ pid }) => pid !== undefined) ? 500 : 0,
  );
});

// Ctrl-C goes to the whole foreground group; what it means is our parent's to decide.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGPIPE'] as const) {
  process.on(signal, () => undefined);
}
