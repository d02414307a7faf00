// Not the global, which test frameworks replace: a commit must go on under fake timers.
import { setImmediate } from 'node:timers';
import type { AtonceError } from '../../kernel/errors.ts';
import { systemFailure } from '../system-error.ts';

/** Where batches go. */
export interface CommitTarget {
  /** Writes at the end and resolves to where `data` begins. */
  append(data: Buffer): Promise<number>;
  sync(): Promise<void>;
}

/** How records are grouped. */
export interface CommitPolicy {
  /** Records in one batch at the most. */
  readonly maxRecords: number;
  /** Sync after each batch, before its records are acknowledged. */
  readonly sync: boolean;
}

interface Pending {
  readonly line: Buffer;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: AtonceError) => void;
}

/**
 * Group commit: what arrives while one batch is on its way to the disk makes the next one, so the
 * cost of a sync is shared by as many as wait for it, and a single record never waits for company.
 * The first failure ends everything.
 */
export class GroupCommit {
  readonly #target: CommitTarget;
  readonly #policy: CommitPolicy;
  #pending: Pending[] = [];
  #working: Promise<void> | undefined;
  #failure: AtonceError | undefined;

  constructor(target: CommitTarget, policy: CommitPolicy) {
    this.#target = target;
    this.#policy = policy;
  }

  /** Resolves to where the line begins, once its batch is committed. */
  append(line: Buffer): Promise<number> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#pending.push({ line, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Refuses what is pending and all that comes. */
  stop(failure: AtonceError): void {
    this.#failure ??= failure;
    for (const { reject } of this.#pending.splice(0)) reject(this.#failure);
  }

  /** Resolves when nothing is pending. */
  async flush(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  async #work(): Promise<void> {
    // One turn of the event loop gathers all that settle at the same moment.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#pending.length > 0)
      await this.#commit(this.#pending.splice(0, this.#policy.maxRecords));
    this.#working = undefined;
  }

  async #commit(batch: readonly Pending[]): Promise<void> {
    try {
      let offset = await this.#target.append(Buffer.concat(batch.map(({ line }) => line)));
      if (this.#policy.sync) await this.#target.sync();
      for (const { line, resolve } of batch) {
        resolve(offset);
        offset += line.length;
      }
    } catch (error) {
      this.stop(systemFailure('E_JOURNAL', 'The journal has stopped', error));
      for (const { reject } of batch) reject(this.#failure as AtonceError);
    }
  }
}
