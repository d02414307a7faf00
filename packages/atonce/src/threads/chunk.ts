import type { Attempt } from '../engine/runner.ts';
import type { ModuleTaskSource } from '../engine/task.ts';
import type { Blame } from './blame.ts';
import type { ChunkFacts } from './chunk-size.ts';
import { isTransferred } from './transfer.ts';
import type { TransferableObject } from './transfer.ts';
import type { ChunkMessage } from './wire.ts';

/** An attempt on its way through the pool. It is the engine's object: nothing of it is read after it has settled. */
export type Entry = Attempt<unknown>;

/** Whoever has sent chunks, and is told what became of their entries. */
export interface ChunkJob {
  readonly source: ModuleTaskSource;
  readonly timeoutMs: number | undefined;
  readonly graceMs: number;
  succeeded(entry: Entry, value: unknown, durationMs: number): void;
  failed(entry: Entry, error: unknown, durationMs: number): void;
  /** Fails an entry after the present call has returned. */
  failLater(entry: Entry, error: unknown): void;
  reported(entry: Entry, data: unknown): void;
  /** The worker that had this unsettled entry is gone. */
  orphaned(entry: Entry, blame: Blame, error: unknown): void;
  /** The entry was lost with others in a message that cannot be read: it is to be sent alone. */
  lost(entry: Entry): void;
  /** A worker died while it was importing the task's module. */
  diedLoading(error: unknown): void;
  /** A worker has answered a whole chunk. */
  learn(facts: ChunkFacts): void;
  /** Some entries have settled; called once after a batch of them. */
  settledSome(): void;
}

/** Entries in flight on one worker. */
export interface Chunk {
  readonly job: ChunkJob;
  /** `undefined` once settled. */
  readonly entries: (Entry | undefined)[];
  /** Sequence number of the first entry. */
  readonly first: number;
  readonly sentAt: number;
  readonly postMs: number;
  /** The worker had nothing else to do when this was sent. */
  readonly toIdle: boolean;
  /** Nothing else may share the worker with it. */
  readonly alone: boolean;
  answered: number;
  workMs: number;
  waitedMs: number;
  /** Median running time of an item, of a few of the last that were answered. */
  typicalMs: number | undefined;
  /** Entries of it have been asked to stop. */
  stopped: boolean;
}

/** The chunk that an item belongs to. */
export function chunkOf(chunks: readonly Chunk[], sequence: number): Chunk | undefined {
  return chunks.find(
    ({ first, entries }) => sequence >= first && sequence < first + entries.length,
  );
}

/** Durations looked at for their median. */
const FEW = 9;

/** The median of a few of many numbers. */
export function typicalOf(numbers: ArrayLike<number>): number | undefined {
  const step = Math.max(1, Math.floor(numbers.length / FEW));
  const few: number[] = [];
  for (let at = 0; at < numbers.length; at += step) few.push(numbers[at] as number);
  return few.toSorted((a, b) => a - b)[few.length >> 1];
}

/** Puts entries into one message: the items in one array, numbers that follow each other as one number. */
export function chunkMessage(
  job: ChunkJob,
  entries: readonly Entry[],
  first: number,
): { readonly message: ChunkMessage; readonly transferList: readonly TransferableObject[] } {
  const items: unknown[] = [];
  const transferList: TransferableObject[] = [];
  const { index: firstIndex, attempt: firstAttempt } = entries[0] as Entry;
  let inOrder = true;
  let sameAttempt = true;
  for (let position = 0; position < entries.length; position++) {
    const entry = entries[position] as Entry;
    const { item } = entry;
    if (entry.index !== firstIndex + position) inOrder = false;
    if (entry.attempt !== firstAttempt) sameAttempt = false;
    if (isTransferred(item)) {
      items.push(item.value);
      for (const object of item.transferList) transferList.push(object);
    } else items.push(item);
  }
  const message: ChunkMessage = {
    kind: 'chunk',
    first,
    url: job.source.url,
    exportName: job.source.exportName,
    items,
    indexes: inOrder ? firstIndex : entries.map((entry) => entry.index),
    attempts: sameAttempt ? firstAttempt : entries.map((entry) => entry.attempt),
    timeoutMs: job.timeoutMs,
  };
  return { message, transferList };
}
