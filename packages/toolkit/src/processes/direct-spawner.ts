import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { PipeReader } from './pipe-reader.ts';
import type { OutputSink, ProcessCommand } from './process-request.ts';
import type { SpawnHandle, SpawnListener, Spawner } from './spawner.ts';

/** Starts processes from this process. */
export const directSpawner: Spawner = { start, close: () => undefined };

const nothingToDiscard: SpawnHandle = { discard: () => undefined };

/**
 * Node leaks the pipes of a process when files run out in the middle of its start (20.20: it takes
 * for granted that none were made yet). After the first shortage we look before we leap.
 */
let wasShort = false;

/** Files that a start with two pipes has open at its height, and some to spare. */
const FILES_FOR_PIPES = 12;

function start(command: ProcessCommand, listener: SpawnListener): SpawnHandle {
  let child: ChildProcess;
  try {
    const hasPipes = command.stdout.to === 'reader' || command.stderr.to === 'reader';
    if (wasShort && hasPipes) openForTrial(FILES_FOR_PIPES);
    child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: command.env,
      // A session and group of its own, so that the whole tree can be signalled at once.
      detached: true,
      stdio: ['ignore', stdio(command.stdout), stdio(command.stderr)],
    });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    queueMicrotask(() => listener.failed({ code, message }));
    return nothingToDiscard;
  }
  if (child.pid === undefined) {
    child.once('error', ({ code = '', message }: NodeJS.ErrnoException) => {
      wasShort ||= code === 'EMFILE' || code === 'ENFILE';
      listener.failed({ code, message });
    });
    return nothingToDiscard;
  }
  return follow(child, command, listener);
}

/** @throws the system's error when so many files cannot be opened now. */
function openForTrial(count: number): void {
  const opened: number[] = [];
  try {
    while (opened.length < count) opened.push(openSync('/dev/null', 'r'));
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}

function follow(
  child: ChildProcess,
  command: ProcessCommand,
  listener: SpawnListener,
): SpawnHandle {
  const readers = [
    ...readerOf(child.stdout, command.stdout),
    ...readerOf(child.stderr, command.stderr),
  ];
  child.once('exit', (code, signal) => {
    listener.exited(code, signal);
    if (readers.length === 0) listener.drained();
    else void Promise.all(readers.map((reader) => reader.finish())).then(() => listener.drained());
  });
  listener.started(child.pid as number);
  return readers.length === 0
    ? nothingToDiscard
    : { discard: () => readers.forEach((reader) => reader.discard()) };
}

function stdio(sink: OutputSink): 'ignore' | 'inherit' | 'pipe' | number {
  switch (sink.to) {
    case 'nowhere':
      return 'ignore';
    case 'ours':
      return 'inherit';
    case 'file':
      return sink.fd;
    case 'reader':
      return 'pipe';
  }
}

function readerOf(pipe: Readable | null, sink: OutputSink): PipeReader[] {
  return sink.to === 'reader' && pipe !== null ? [new PipeReader(pipe, sink.read)] : [];
}
