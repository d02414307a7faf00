import { isDeepStrictEqual } from 'node:util';
import type {
  Journal,
  JournalEntry,
  JournalPlan,
  JournalRecord,
  JournalSession,
} from '../engine/journal.ts';
import { AtonceError } from '../kernel/errors.ts';
import { stableKey } from '../kernel/stable-key.ts';

/** A journal in memory, for tests of what uses one. */
export interface MemoryJournal extends Journal {
  /** Everything that was appended, by all sessions, oldest first. */
  readonly records: readonly JournalRecord[];
}

/**
 * Makes a journal that lives as long as the object and behaves like `fileJournal` otherwise: one
 * session at a time, the same plan again, and only values that JSON keeps unchanged.
 */
export function memoryJournal(): MemoryJournal {
  return new Memory();
}

class Memory implements MemoryJournal {
  readonly records: JournalRecord[] = [];
  readonly entries = new Map<string, JournalEntry>();
  inUse = false;
  #plan: JournalPlan | undefined;

  async open(plan: JournalPlan): Promise<JournalSession> {
    if (this.inUse) throw new AtonceError('E_LOCKED', 'The journal is in use by another run');
    const differences = this.#plan === undefined ? [] : changes(this.#plan, plan);
    if (differences.length > 0) {
      const message = `The journal was written under another plan: ${differences.join('; ')}`;
      throw new AtonceError('E_JOURNAL_CHANGED', message);
    }
    this.#plan = structuredClone(plan);
    this.inUse = true;
    return new MemorySession(this);
  }
}

class MemorySession implements JournalSession {
  readonly #memory: Memory;
  #closed = false;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  keyOf(item: unknown): string {
    return stableKey(item);
  }

  done(key: string): JournalEntry | undefined {
    return this.#closed ? undefined : structuredClone(this.#memory.entries.get(key));
  }

  async append(record: JournalRecord): Promise<void> {
    if (this.#closed) throw new AtonceError('E_JOURNAL', 'The journal is closed');
    if (record.type === 'fail') {
      this.#memory.records.push({ ...record });
      this.#memory.entries.delete(record.key);
      return;
    }
    const kept = keep(record);
    const { attempts, startedAt, durationMs } = kept;
    const value = kept.value === undefined ? {} : { value: kept.value };
    this.#memory.records.push(kept);
    this.#memory.entries.set(kept.key, { attempts, startedAt, durationMs, ...value });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#memory.inUse = false;
  }
}

/** A copy of its own, so that what the caller changes later does not count. */
function keep<T extends JournalRecord & { readonly type: 'done' }>(record: T): T {
  try {
    const copy = structuredClone(record);
    const isKept =
      record.value === undefined ||
      isDeepStrictEqual(JSON.parse(JSON.stringify(record.value)), record.value);
    if (isKept) return copy;
  } catch (cause) {
    throw new AtonceError('E_UNSERIALISABLE', 'The value is not one that JSON can keep', { cause });
  }
  throw new AtonceError('E_UNSERIALISABLE', 'The value would not come back from JSON unchanged');
}

function changes(was: JournalPlan, is: JournalPlan): string[] {
  const differences: string[] = [];
  if (was.task !== is.task) differences.push(`task: ${was.task} → ${is.task}`);
  if (was.code !== is.code) differences.push('code');
  const [before, now] = [new Map(Object.entries(was.options)), new Map(Object.entries(is.options))];
  for (const name of new Set([...before.keys(), ...now.keys()])) {
    const [old, changed] = [stableKey(before.get(name)), stableKey(now.get(name))];
    if (old !== changed) differences.push(`option ${name}: ${old} → ${changed}`);
  }
  return differences;
}
