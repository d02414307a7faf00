import { directSpawner } from './direct-spawner.ts';
import { naturalEnd, type ProcessEnd } from './process-end.ts';
import { enterGroup, leaveGroup, livingMembers, signalGroup } from './process-groups.ts';
import type { ProcessRequest, ProcessResult } from './process-request.ts';
import { endOfSpawnError, isTransient } from './spawn-error.ts';
import type { SpawnError, SpawnHandle, SpawnListener, Spawner } from './spawner.ts';
import { wakingTimer } from './waking-timer.ts';

/** How long a start is tried again while the system is short of files, processes or memory. */
export const SHORTAGE_MS: number = 20_000;

/** How long killed processes are given to disappear before they are counted as left. */
const BURIAL_MS = 1_000;

/**
 * Runs a process to its end. Never rejects: what went wrong is in the result's `end`.
 *
 * It is over when the process itself has ended and what it wrote has been read; others that it left
 * running in the background are left alone, as a shell would. When it is stopped, by its time limit
 * or a signal, its whole group gets TERM, after the grace KILL, and it is over when the group is gone.
 */
export function runProcess(
  request: ProcessRequest,
  spawner: Spawner = directSpawner,
): Promise<ProcessResult> {
  return new Promise((resolve) => {
    new ProcessLife(request, spawner, resolve).begin();
  });
}

/** One process from its start to its end. */
class ProcessLife implements SpawnListener {
  readonly #request: ProcessRequest;
  readonly #spawner: Spawner;
  readonly #resolve: (result: ProcessResult) => void;
  #handle: SpawnHandle | undefined;
  #pid: number | undefined;
  #startedAt = 0;
  #startedMs = 0;
  #exit: ProcessEnd | undefined;
  /** Why we end it; undefined while it may live. */
  #stop: ProcessEnd | undefined;
  #killedMs: number | undefined;
  #settled = false;
  #triedFromMs = 0;
  #retryMs = 0;
  #shortage = false;
  #cancelLimit: (() => void) | undefined;
  #cancelGrace: (() => void) | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor(request: ProcessRequest, spawner: Spawner, resolve: (result: ProcessResult) => void) {
    this.#request = request;
    this.#spawner = spawner;
    this.#resolve = resolve;
  }

  begin(): void {
    const { signal, killNow } = this.#request;
    if (signal?.aborted === true || killNow?.aborted === true) {
      return this.#settle({ kind: 'cancelled' }, 0);
    }
    signal?.addEventListener('abort', this.#onSignal);
    killNow?.addEventListener('abort', this.#onKillNow);
    this.#triedFromMs = performance.now();
    this.#start(5);
  }

  readonly #onSignal = (): void => this.#terminate({ kind: 'cancelled' });

  readonly #onKillNow = (): void => {
    this.#terminate({ kind: 'cancelled' });
    this.#kill();
  };

  #start(retryMs: number): void {
    this.#watch = undefined;
    this.#retryMs = retryMs;
    this.#handle = this.#spawner.start(this.#request, this);
  }

  started(pid: number): void {
    this.#pid = pid;
    enterGroup(pid);
    this.#startedAt = Date.now();
    this.#startedMs = performance.now();
    // Stopped while it was on its way.
    if (this.#stop !== undefined) return this.#signalStop();
    const { timeoutMs } = this.#request;
    if (timeoutMs === undefined) return;
    this.#cancelLimit = wakingTimer(timeoutMs, () =>
      this.#terminate({ kind: 'timeout', timeoutMs }),
    );
  }

  failed(error: SpawnError): void {
    if (this.#settled) return;
    if (this.#exit !== undefined) return this.#settle(this.#stop ?? this.#exit, 0);
    if (this.#pid !== undefined) {
      // Lost sight of: nobody will tell us when it ends, so it must not live on.
      signalGroup(this.#pid, 'SIGKILL');
      return this.#settle({ kind: 'spawn-failed', message: error.message }, 0);
    }
    if (this.#stop !== undefined) return this.#settle(this.#stop, 0);
    const { file, shortageMs = SHORTAGE_MS } = this.#request;
    this.#shortage = isTransient(error);
    const goesOn = performance.now() - this.#triedFromMs < shortageMs;
    if (!this.#shortage || !goesOn) return this.#settle(endOfSpawnError(file, error), 0);
    const waitMs = this.#retryMs;
    this.#watch = setTimeout(() => this.#start(Math.min(waitMs * 2, 500)), waitMs);
  }

  exited(code: number | null, signal: string | null): void {
    this.#exit = naturalEnd(code, signal);
    this.#cancelLimit?.();
    if (this.#stop !== undefined) this.#watchGroup(1);
  }

  drained(): void {
    if (this.#stop === undefined && this.#exit !== undefined) this.#settle(this.#exit, 0);
  }

  /** Asks the group to end; it gets the grace to do so. */
  #terminate(reason: ProcessEnd): void {
    if (this.#stop !== undefined || this.#settled) return;
    if (this.#exit !== undefined) return this.#settle(this.#exit, 0);
    this.#stop = reason;
    if (this.#pid !== undefined) return this.#signalStop();
    // Waiting for its next try: `started` or `failed` will not come before the timer.
    if (this.#watch === undefined) return;
    clearTimeout(this.#watch);
    this.#settle(reason, 0);
  }

  #signalStop(): void {
    const pgid = this.#pid as number;
    if (this.#killedMs !== undefined || this.#request.graceMs <= 0) return this.#kill();
    signalGroup(pgid, 'SIGTERM');
    // One that is suspended could not answer otherwise.
    signalGroup(pgid, 'SIGCONT');
    this.#cancelGrace = wakingTimer(this.#request.graceMs, () => this.#kill());
  }

  #kill(): void {
    if (this.#settled) return;
    this.#killedMs ??= performance.now();
    if (this.#pid === undefined) return;
    this.#cancelGrace?.();
    signalGroup(this.#pid, 'SIGKILL');
    this.#watchGroup(1);
  }

  /** Looks, less and less often, whether the group is gone. */
  #watchGroup(afterMs: number): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      const left = livingMembers(this.#pid as number);
      const killedMs = this.#killedMs;
      const waitedLong = killedMs !== undefined && performance.now() - killedMs > BURIAL_MS;
      if ((left === 0 && this.#exit !== undefined) || waitedLong) {
        return this.#settle(this.#stop as ProcessEnd, left);
      }
      this.#watchGroup(Math.min(afterMs * 2, 50));
    }, afterMs);
  }

  #settle(end: ProcessEnd, leftProcesses: number): void {
    if (this.#settled) return;
    this.#settled = true;
    const { signal, killNow } = this.#request;
    signal?.removeEventListener('abort', this.#onSignal);
    killNow?.removeEventListener('abort', this.#onKillNow);
    this.#cancelLimit?.();
    this.#cancelGrace?.();
    clearTimeout(this.#watch);
    if (this.#pid !== undefined) leaveGroup(this.#pid);
    if (this.#stop !== undefined) this.#handle?.discard();
    const ran = this.#pid !== undefined;
    this.#resolve({
      end,
      shortage: !ran && this.#shortage,
      pid: this.#pid,
      startedAt: ran ? this.#startedAt : Date.now(),
      durationMs: ran ? performance.now() - this.#startedMs : 0,
      leftProcesses,
    });
  }
}
