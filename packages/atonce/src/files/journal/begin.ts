import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { AtonceError } from '../../kernel/errors.ts';
import { syncFolder } from '../sync-folder.ts';
import { systemFailure } from '../system-error.ts';
import { AppendFile } from './append-file.ts';
import { encodeHeader, encodeNote } from './format.ts';
import type { JournalSettings } from './journal-options.ts';
import { MAX_LINE_BYTES } from './line.ts';
import type { OpenFile } from './open-file.ts';
import { planDifferences, type StoredPlan } from './plan-difference.ts';
import { quarantine } from './quarantine.ts';
import { readJournal, type Found, type FoundRun, type Place } from './recovery.ts';

/** A journal that is ready for records. */
export interface Begun {
  readonly file: AppendFile;
  readonly runId: string;
  readonly places: Map<string, Place>;
  readonly warnings: string[];
}

/** Reads what stands in the file and starts a run there, or continues the one it holds. */
export async function begin(
  file: OpenFile,
  plan: StoredPlan,
  settings: JournalSettings,
): Promise<Begun> {
  const path = file.target;
  const found = refuseUntrusted(path, await readJournal(file.handle));
  checkWanted(path, found, settings.resume);
  return found.kind === 'run'
    ? continueRun(file, found, { plan, settings })
    : startRun(file, found, { plan, settings });
}

type Trusted = Exclude<Found, { readonly kind: 'foreign' | 'corrupt' }>;
type Unstarted = Exclude<Trusted, FoundRun>;

interface Wish {
  readonly plan: StoredPlan;
  readonly settings: JournalSettings;
}

/** Passes what can be started or continued, and leaves anything else untouched. */
export function refuseUntrusted(path: string, found: Found): Trusted {
  if (found.kind === 'foreign') {
    throw new AtonceError(
      'E_JOURNAL_FORMAT',
      `Cannot use ${path}: ${found.why}. It was left untouched.`,
    );
  }
  if (found.kind !== 'corrupt') return found;
  const what = `The journal ${path} is damaged at byte ${found.offset}, before its last line`;
  const how = `\`repairJournal(path)\` keeps what stands before and moves the rest to ${path}.corrupt-${found.offset}`;
  throw new AtonceError('E_JOURNAL_CORRUPT', `${what}. ${how}.`);
}

function checkWanted(path: string, found: Trusted, resume: JournalSettings['resume']): void {
  if (resume === 'never' && found.bytes > 0) {
    throw new AtonceError(
      'E_JOURNAL',
      `${path} exists already and \`resume\` is 'never': resume it or name another file`,
    );
  }
  if (resume === 'require' && found.kind !== 'run') {
    throw new AtonceError('E_JOURNAL', `${path} holds no run and \`resume\` is 'require'`);
  }
}

async function startRun(
  file: OpenFile,
  found: Unstarted,
  { plan, settings }: Wish,
): Promise<Begun> {
  const path = file.target;
  const warnings: string[] = [];
  const runId = settings.runId ?? randomUUID();
  const header = checkSize(encodeHeader(runId, plan, Date.now()));
  if (found.kind === 'torn-header') {
    const kept = await quarantine(path, 0);
    warnings.push(
      `The header of ${path} was cut off; its ${found.bytes} bytes are kept in ${kept}`,
    );
  } else if (found.bytes > 0) {
    warnings.push(
      `${path} held nothing but ${found.bytes} NUL bytes, as after a power loss, and starts anew`,
    );
  }
  if (found.bytes > 0) await cut(file, 0);
  const end = new AppendFile(file.handle, path, 0);
  await end.append(header);
  if (settings.durability !== 'kill') {
    await end.sync();
    await syncFolder(dirname(path));
  }
  return { file: end, runId, places: new Map(), warnings };
}

async function continueRun(
  file: OpenFile,
  found: FoundRun,
  { plan, settings }: Wish,
): Promise<Begun> {
  const path = file.target;
  const differences = planDifferences(found.plan, plan);
  if (differences.length > 0 && !settings.acceptChanges) {
    const what = `The journal ${path} was written under another plan (was → is): ${differences.join('; ')}`;
    throw new AtonceError(
      'E_JOURNAL_CHANGED',
      `${what}. \`acceptChanges: true\` continues it all the same.`,
    );
  }
  const warnings: string[] = [];
  const torn = found.bytes - found.goodBytes;
  if (torn > 0) {
    await cut(file, found.goodBytes);
    warnings.push(
      `The last record of ${path} was cut off or damaged; its ${torn} bytes at ${found.goodBytes} were removed`,
    );
  }
  const end = new AppendFile(file.handle, path, found.goodBytes);
  if (differences.length > 0) await end.append(checkSize(encodeNote(plan, Date.now())));
  // What an earlier process wrote without a sync now counts as done, and so must be as durable.
  if (settings.durability !== 'kill') await end.sync();
  return { file: end, runId: found.header.runId, places: found.places, warnings };
}

async function cut(file: OpenFile, bytes: number): Promise<void> {
  try {
    await file.handle.truncate(bytes);
  } catch (error) {
    throw systemFailure('E_JOURNAL', `Cannot repair the end of the journal ${file.target}`, error);
  }
}

function checkSize(line: Buffer): Buffer {
  if (line.length <= MAX_LINE_BYTES) return line;
  throw new AtonceError(
    'E_JOURNAL',
    `The run's plan is too large for a journal: more than ${MAX_LINE_BYTES} bytes`,
  );
}
