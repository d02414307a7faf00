import { checkNames, refuse } from '../../kernel/checks.ts';
import type { CommitPolicy } from './group-commit.ts';

/** How `fileJournal` keeps its file. */
export interface FileJournalOptions {
  /**
   * What an acknowledged record survives.
   *
   * - `'kill'`: the end of this process in any manner, `kill -9` too, because the system has the
   *   record by then. Not a power loss or a crash of the system. The fastest.
   * - `'batch'`: a power loss as well. Records that settle while the disk is busy are brought to it
   *   together: one sync for up to 512 records, and none waits longer than for the batch before its own.
   * - `'each'`: the same, with one sync for every record, so that each is on the disk before the next is written. Slow.
   *
   * @defaultValue 'batch'
   */
  readonly durability?: 'kill' | 'batch' | 'each';
  /**
   * What to do with what stands in the file already: `'auto'` continues a run if there is one,
   * `'never'` refuses a file that is not empty, `'require'` refuses a file without a run.
   *
   * @defaultValue 'auto'
   */
  readonly resume?: 'auto' | 'never' | 'require';
  /**
   * Continue although the task, its code or its options have changed, and note the new plan in the
   * journal. Values that were computed under the old plan are kept.
   *
   * @defaultValue false
   */
  readonly acceptChanges?: boolean;
  /**
   * Name of the run in the header of a new journal.
   *
   * @defaultValue a random UUID
   */
  readonly runId?: string;
}

/** The options with their defaults taken. */
export interface JournalSettings {
  readonly durability: 'kill' | 'batch' | 'each';
  readonly resume: 'auto' | 'never' | 'require';
  readonly acceptChanges: boolean;
  readonly runId: string | undefined;
}

const policies: Readonly<Record<JournalSettings['durability'], CommitPolicy>> = {
  kill: { maxRecords: 512, sync: false },
  batch: { maxRecords: 512, sync: true },
  each: { maxRecords: 1, sync: true },
};
const resumes: readonly unknown[] = ['auto', 'never', 'require'];
const LONGEST_RUN_ID = 200;

/** Checks the options of `fileJournal` and takes their defaults. */
export function journalSettings(options: FileJournalOptions): JournalSettings {
  checkNames('fileJournal', options, ['durability', 'resume', 'acceptChanges', 'runId']);
  const { durability = 'batch', resume = 'auto', acceptChanges = false, runId } = options;
  if (!Object.hasOwn(policies, durability))
    throw refuse('durability', "'kill', 'batch' or 'each'", durability);
  if (!resumes.includes(resume)) throw refuse('resume', "'auto', 'never' or 'require'", resume);
  if (typeof acceptChanges !== 'boolean')
    throw refuse('acceptChanges', 'true or false', acceptChanges);
  const named = typeof runId === 'string' && runId !== '' && runId.length <= LONGEST_RUN_ID;
  if (runId !== undefined && !named)
    throw refuse('runId', `a text of 1 to ${LONGEST_RUN_ID} characters`, runId);
  return { durability, resume, acceptChanges, runId };
}

/** How a level of durability groups and syncs. */
export function commitPolicy(durability: JournalSettings['durability']): CommitPolicy {
  return policies[durability];
}
