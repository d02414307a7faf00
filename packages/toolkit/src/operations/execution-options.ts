import type { OptionTable } from './option.ts';
import { duration, file, flag, integer } from './option-kinds.ts';
import { haltOption, type HaltValue } from './values/halt.ts';
import { type JobsOption, jobsOption } from './values/jobs.ts';
import { type Rate, rateOption } from './values/rate.ts';
import { type Timeout, timeoutOption } from './values/timeout.ts';

/** Options shared by every verb that executes many things at once. */
export interface ExecutionValues {
  /** How many at once; undefined leaves it to the settings. */
  readonly jobs: JobsOption | undefined;
  /** Time limit of each attempt. */
  readonly timeout: Timeout;
  /** Milliseconds between TERM and KILL. */
  readonly grace: number;
  /** Tries after the first. */
  readonly retries: number;
  /** When failures stop the run. */
  readonly halt: HaltValue;
  /** Short for `--halt now,fail=1`. */
  readonly failFast: boolean;
  /** Output in input order. */
  readonly keepOrder: boolean;
  /** At most so many starts in an interval. */
  readonly rate: Rate | undefined;
  /** File that makes the run resumable. */
  readonly journal: string | undefined;
  /** Leave out what the journal says is done. */
  readonly resume: boolean;
  /** Resume although the task or its options have changed. */
  readonly acceptChanges: boolean;
  /** Resume although the journal is damaged, without what stands behind the damage. */
  readonly repair: boolean;
  /** Show what would run. */
  readonly dryRun: boolean;
  /** File for Chrome trace events. */
  readonly trace: string | undefined;
}

const whileRunning: OptionTable<Omit<ExecutionValues, keyof Records>> = {
  jobs: jobsOption({
    short: 'j',
    env: true,
    doc:
      'How many jobs run at once. auto: one for each available core, CPU quotas respected.' +
      ' adaptive: begins like that and follows what gets most done; -v shows how.',
    defaultText: 'the setting parallel.concurrency, which is auto',
  }),
  timeout: timeoutOption({
    env: true,
    doc: 'Stop an attempt that takes longer, with all its processes. It counts as failed.',
    defaultText:
      'none, but commands known to hang have one (settings timeouts); --dry-run shows it',
  }),
  grace: duration({
    env: true,
    defaultValue: 2000,
    defaultText: '2s',
    doc: 'How long a job that is stopped may take to end after TERM before it gets KILL.',
  }),
  retries: integer({
    min: 0,
    max: 1000,
    defaultValue: 0,
    env: true,
    doc: 'Try a failed job again, up to this often, waiting longer each time.',
  }),
  halt: haltOption({
    env: true,
    doc:
      'Stop the run when so many jobs, or such a part of them, have failed for good. WHEN is never,' +
      ' soon,fail=N or soon,fail=N% to let running jobs end, now,fail=N or now,fail=N% to kill them.',
  }),
  failFast: flag({
    doc: 'Stop at the first failed job and kill the running ones: short for --halt now,fail=1.',
    conflicts: [{ option: 'halt' }],
  }),
  keepOrder: flag({
    short: 'k',
    env: true,
    doc: 'Write output in the order of the input instead of as jobs end.',
  }),
  rate: rateOption({ env: true, doc: 'Start at most this many jobs in any such interval.' }),
  dryRun: flag({
    doc: 'Show what would run and how, and run nothing.',
    conflicts: [{ option: 'resume', because: 'a dry run reads no journal' }],
  }),
};

type Records = Pick<ExecutionValues, 'journal' | 'resume' | 'acceptChanges' | 'repair' | 'trace'>;

const records: OptionTable<Records> = {
  journal: file({
    doc: 'Record every finished job in this file, so that the run can be resumed after any end.',
  }),
  resume: flag({
    requires: ['journal'],
    doc: 'Leave out the jobs that the journal records as done. Failed ones run again.',
  }),
  acceptChanges: flag({
    requires: ['resume'],
    doc: 'Resume although the command or its options have changed since the journal was begun.',
  }),
  repair: flag({
    requires: ['resume'],
    doc:
      'Resume although the journal is damaged: keep what stands before the damage and move the rest' +
      ' to a file beside it. Its jobs run again.',
  }),
  trace: file({
    doc: 'Write a timeline as Chrome trace events, one lane per slot; ui.perfetto.dev opens it.',
  }),
};

/** The definitions behind {@link ExecutionValues}. */
export const executionOptions: OptionTable<ExecutionValues> = { ...whileRunning, ...records };
