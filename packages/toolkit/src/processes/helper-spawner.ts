import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HelperReply, HelperRequest, OutputStream, WireSink } from './helper-protocol.ts';
import type { OutputSink, ProcessCommand } from './process-request.ts';
import type { SpawnHandle, SpawnListener, Spawner } from './spawner.ts';

const HELPER = fileURLToPath(new URL('./helper-main.js', import.meta.url));

/** A spawner with a helper process that can be looked at. */
export interface HelperSpawner extends Spawner {
  /** Number of the helper process; undefined while there is none. */
  readonly pid: number | undefined;
}

/**
 * Starts processes through a small helper process, which is started when first needed and replaced
 * when it dies; the processes it was running then are killed and told as failed.
 */
export function helperSpawner(): HelperSpawner {
  return new ForkedSpawner();
}

interface Entry {
  readonly command: ProcessCommand;
  readonly listener: SpawnListener;
}

class ForkedSpawner implements HelperSpawner {
  #helper: ChildProcess | undefined;
  #env: ProcessCommand['env'] | undefined;
  #lastId = 0;
  readonly #entries = new Map<number, Entry>();

  get pid(): number | undefined {
    return this.#helper?.pid;
  }

  start(command: ProcessCommand, listener: SpawnListener): SpawnHandle {
    const helper = this.#helper ?? this.#fork();
    const id = ++this.#lastId;
    this.#entries.set(id, { command, listener });
    // While something runs, the helper keeps us alive as a child of ours would.
    if (this.#entries.size === 1) this.#hold(helper, true);
    if (this.#env !== command.env) {
      this.#env = command.env;
      this.#send({ type: 'env', env: command.env });
    }
    const { file, args, cwd } = command;
    const [stdout, stderr] = [wireSink(command.stdout), wireSink(command.stderr)];
    this.#send({ type: 'start', id, file, args, cwd, stdout, stderr });
    return { discard: () => this.#send({ type: 'discard', id }) };
  }

  close(): void {
    const helper = this.#helper;
    this.#helper = undefined;
    if (helper?.connected === true) helper.disconnect();
  }

  #fork(): ChildProcess {
    const helper = fork(HELPER, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
      env: helperEnvironment(),
    });
    this.#helper = helper;
    this.#env = undefined;
    helper.on('message', (message: HelperReply) => this.#told(message));
    helper.on('error', (error) => this.#lost(helper, error.message));
    helper.on('exit', (code, signal) => this.#lost(helper, signal ?? `exit ${code}`));
    return helper;
  }

  #hold(helper: ChildProcess, hold: boolean): void {
    if (hold) {
      helper.ref();
      helper.channel?.ref();
    } else {
      helper.unref();
      helper.channel?.unref();
    }
  }

  #send(message: HelperRequest): void {
    // A send that fails means that the helper is gone, which its `exit` tells too.
    if (this.#helper?.connected === true) this.#helper.send(message, () => undefined);
  }

  #told(message: HelperReply): void {
    const entry = this.#entries.get(message.id);
    if (entry === undefined) return;
    switch (message.type) {
      case 'started':
        return entry.listener.started(message.pid);
      case 'failed':
        this.#forget(message.id);
        return entry.listener.failed(message.error);
      case 'exited':
        return entry.listener.exited(message.code, message.signal);
      case 'drained':
        this.#forget(message.id);
        return entry.listener.drained();
      case 'chunk':
        return this.#relay(message.id, message.stream, message.chunk);
    }
  }

  #relay(id: number, stream: OutputStream, chunk: Uint8Array): void {
    const sink = this.#entries.get(id)?.command[stream];
    const result = sink?.to === 'reader' ? sink.read(chunk) : undefined;
    const taken = (): void => this.#send({ type: 'taken', id, stream });
    if (result === undefined) taken();
    else result.then(taken, () => this.#send({ type: 'discard', id }));
  }

  #forget(id: number): void {
    this.#entries.delete(id);
    if (this.#entries.size === 0 && this.#helper !== undefined) this.#hold(this.#helper, false);
  }

  #lost(helper: ChildProcess, how: string): void {
    if (this.#helper !== helper) return;
    this.#helper = undefined;
    const orphans = [...this.#entries.values()];
    this.#entries.clear();
    const message = `the helper process that starts commands ended (${how}) while this one ran`;
    for (const { listener } of orphans) listener.failed({ code: 'EHELPER', message });
  }
}

function wireSink(sink: OutputSink): WireSink {
  if (sink.to === 'file') return { path: sink.path };
  return sink.to;
}

/** Options for Node in our environment are meant for the commands, not for the helper. */
function helperEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...rest } = process.env;
  return rest;
}
