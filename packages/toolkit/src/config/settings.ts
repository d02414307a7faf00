import type { Plain, Setting, SettingTable } from './setting.ts';
import { capacity, concurrency, oneOf, timeLimit, toggle, wholeNumber } from './setting-kinds.ts';
import { type Jobs, MOST_JOBS } from './values/jobs.ts';
import type { TimeLimit } from './values/time-limit.ts';

/** Every setting by its full name, with the type of its value. */
export interface Settings {
  readonly 'parallel.enabled': boolean;
  readonly 'parallel.concurrency': Jobs;
  readonly 'parallel.adaptive': boolean;
  readonly 'parallel.pools.io': number;
  readonly 'parallel.pools.cpu': number | 'cores';
  readonly 'parallel.pools.api': number;
  readonly 'parallel.pools.db': number;
  readonly 'cache.enabled': boolean;
  readonly 'cache.ttlSeconds': number;
  readonly 'cache.store': 'memory' | 'files';
  readonly 'session.autoCheckpoint': boolean;
  readonly 'session.checkpointIntervalSeconds': number;
  readonly 'timeouts.default': TimeLimit;
  readonly 'timeouts.git push': TimeLimit;
  readonly 'timeouts.test': TimeLimit;
  readonly 'timeouts.install': TimeLimit;
}

/** How long commands may take that nobody has given a limit. */
export type CommandTimeouts = Pick<
  Settings,
  'timeouts.default' | 'timeouts.git push' | 'timeouts.test' | 'timeouts.install'
>;

/** Name of a setting, for instance `parallel.pools.io`. */
export type SettingName = keyof Settings;

const SECONDS_OF_YEAR = 31_536_000;

const pool = { min: 1, max: MOST_JOBS };
const seconds = { min: 1, max: SECONDS_OF_YEAR };

/** The definitions behind {@link Settings}, in the order in which people see them. */
export const settings: SettingTable<Settings> = {
  'parallel.enabled': toggle({
    defaultValue: true,
    doc: 'Run jobs at once. false: one after another, unless --jobs says otherwise.',
  }),
  'parallel.concurrency': concurrency({
    defaultValue: 'auto',
    doc: 'How many jobs run at once. auto: one for each available core. 50%: half as many.',
  }),
  'parallel.adaptive': toggle({
    defaultValue: false,
    doc: 'Begin with that many at once and follow what gets most done, up to eight times as many.',
  }),
  'parallel.pools.io': wholeNumber({
    ...pool,
    defaultValue: 64,
    doc: 'Capacity of the pool for work that waits for disks and networks.',
  }),
  'parallel.pools.cpu': capacity({
    defaultValue: 'cores',
    doc: 'Capacity of the pool for work that computes. cores: one for each available core.',
  }),
  'parallel.pools.api': wholeNumber({
    ...pool,
    defaultValue: 32,
    doc: 'Capacity of the pool for calls of other services.',
  }),
  'parallel.pools.db': wholeNumber({
    ...pool,
    defaultValue: 8,
    doc: 'Capacity of the pool for database queries.',
  }),
  'cache.enabled': toggle({
    defaultValue: true,
    doc: 'Keep results, so that nothing is computed twice.',
  }),
  'cache.ttlSeconds': wholeNumber({
    ...seconds,
    defaultValue: 3600,
    doc: 'How long a result is kept, in seconds.',
  }),
  'cache.store': oneOf({
    choices: ['memory', 'files'],
    defaultValue: 'memory',
    doc: 'Where results are kept. memory: until the process ends. files: for later processes too.',
  }),
  'session.autoCheckpoint': toggle({
    defaultValue: true,
    doc: 'Write down the state of a session now and then, without being told.',
  }),
  'session.checkpointIntervalSeconds': wholeNumber({
    ...seconds,
    defaultValue: 7200,
    doc: 'How long after one checkpoint the next is written, in seconds.',
  }),
  'timeouts.default': timeLimit({
    defaultValue: null,
    doc: 'How long a job may take that has no limit of its own.',
  }),
  'timeouts.git push': timeLimit({
    defaultValue: 30_000,
    doc: 'How long git push may take.',
  }),
  'timeouts.test': timeLimit({
    defaultValue: 60_000,
    doc: 'How long a test runner may take, such as npm test, vitest, pytest or go test.',
  }),
  'timeouts.install': timeLimit({
    defaultValue: 120_000,
    doc: 'How long a package manager may take to install, such as npm ci or pip install.',
  }),
};

/**
 * Groups that no verb reads: their settings are there for programs, which get them from `loadSettings`.
 * Who sets one of them is told so.
 */
const groupsOfPrograms: readonly string[] = ['cache', 'session'];

const groupTexts: Readonly<Record<string, string>> = {
  parallel: 'How much runs at once.',
  'parallel.pools': 'How much of each kind of work a plan runs at once.',
  cache: 'What is remembered of results.',
  session: 'What is remembered of sessions.',
  timeouts: 'How long jobs may take when --timeout does not say.',
};

/** What the groups that settings stand in are about, in the same order. */
export const settingGroups: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(groupTexts).map(([group, text]) => [
    group,
    groupsOfPrograms.includes(group) ? `${text} No verb reads it yet; it is for programs.` : text,
  ]),
);

/** Whether a verb reads the setting; all others are for programs only. */
export function isReadByVerbs(name: SettingName): boolean {
  return !groupsOfPrograms.some((group) => name.startsWith(`${group}.`));
}

/** Names of all settings. */
export const settingNames: readonly SettingName[] = Object.keys(settings) as SettingName[];

/** The settings when nobody has set any. */
export const defaultSettings: Settings = Object.fromEntries(
  settingNames.map((name) => [name, settings[name].defaultValue]),
) as unknown as Settings;

/** The definition of a setting whose type is not known here. */
export function settingOf(name: SettingName): Setting<unknown> {
  return settings[name] as Setting<unknown>;
}

/** The value of a setting as it is written into a file. */
export function plainOf(name: SettingName, value: unknown): Plain {
  return settingOf(name).toPlain(value);
}

/** Whether there is a setting of this name. */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settings, name);
}
