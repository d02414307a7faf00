import type { OptionTable } from './option.ts';
import { choice, directory, file, flag } from './option-kinds.ts';

/** Options of every verb. */
export interface GlobalValues {
  /** Folder to work in, as if the command had been started there. */
  readonly cwd: string | undefined;
  /** File with settings, taken instead of the project's. */
  readonly config: string | undefined;
  /** One JSON document on standard output instead of text for people. */
  readonly json: boolean;
  /** No progress and no summary. */
  readonly quiet: boolean;
  /** Say more, and show stacks of internal errors. */
  readonly verbose: boolean;
  /** When to colour what we say ourselves. */
  readonly color: 'auto' | 'always' | 'never';
  /** How progress is shown on standard error. */
  readonly progress: 'auto' | 'live' | 'plain' | 'none' | 'json';
}

/** The definitions behind {@link GlobalValues}. */
export const globalOptions: OptionTable<GlobalValues> = {
  cwd: directory({
    short: 'C',
    doc: 'Work in this folder: every relative path is meant from there.',
  }),
  config: file({
    env: true,
    doc: "Read settings from this file instead of the project's; see atonce config --help.",
  }),
  json: flag({
    doc:
      'Write exactly one JSON document to standard output, and nothing else. What jobs write to' +
      ' their standard output goes to standard error then; --results keeps the two apart.',
  }),
  quiet: flag({
    short: 'q',
    env: true,
    doc: 'Say nothing but errors: no progress, no lines about failed jobs, no summary.',
    conflicts: [
      { option: 'verbose' },
      { option: 'progress', value: 'live' },
      { option: 'progress', value: 'plain' },
      { option: 'progress', value: 'json' },
    ],
  }),
  verbose: flag({
    short: 'v',
    env: true,
    doc: 'Tell of every job that starts and ends, and show the stack of an internal error.',
  }),
  color: choice({
    choices: ['auto', 'always', 'never'],
    defaultValue: 'auto',
    env: true,
    doc:
      'Colour what atonce itself writes. auto: on a terminal, unless NO_COLOR is set or TERM is' +
      ' dumb; FORCE_COLOR and CLICOLOR_FORCE turn it on elsewhere.',
  }),
  progress: choice({
    choices: ['auto', 'live', 'plain', 'none', 'json'],
    defaultValue: 'auto',
    env: true,
    doc:
      'How progress is shown on standard error. auto: live on a terminal; plain lines without one,' +
      ' under CI and on a dumb terminal, where live cannot be had either. json: one object per' +
      ' event and line.',
  }),
};
