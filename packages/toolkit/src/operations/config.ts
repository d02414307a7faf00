import type { Operation } from './operation.ts';
import { flag } from './option-kinds.ts';
import type { OptionTable } from './option.ts';

/** What can be done with the settings. */
export const configActions = ['list', 'get', 'set', 'validate', 'schema', 'init'] as const;

/** One of the things that can be done. */
export type ConfigAction = (typeof configActions)[number];

/** The options of `atonce config`. */
export interface ConfigValues {
  readonly showOrigin: boolean;
  readonly user: boolean;
}

const options: OptionTable<ConfigValues> = {
  showOrigin: flag({
    doc: 'With list and get: say where each value came from, a file with its line or a variable.',
  }),
  user: flag({
    doc: "With set and init: change the user's file instead of the project's.",
  }),
};

/** `atonce config`: the settings that hold, and the files they come from. */
export const configOperation: Operation<ConfigValues> = {
  name: 'config',
  summary: 'show, check and change the settings',
  description: [
    'What an option does not say comes from its variable ATONCE_..., else from the project file' +
      " atonce.config.yaml, else from the user's file, else it is the default.",
    'The project file is looked for in the working directory and above, up to the root of the' +
      " repository or the home folder; --config FILE takes its place. The user's file is" +
      ' atonce/config.yaml in $XDG_CONFIG_HOME or ~/.config.',
    'list shows all settings, get one of them. set changes the project file, or makes one in the' +
      ' working directory, and keeps comments and order. validate tells all that is wrong. schema' +
      ' prints the JSON Schema for editors. init writes a file in which every setting is explained.',
  ],
  usage: [
    'config [list] [--show-origin]',
    'config get KEY [--show-origin]',
    'config set KEY VALUE [--user]',
    'config validate [FILE]',
    'config schema',
    'config init [--user]',
  ],
  arguments: [
    {
      placeholder: 'ACTION',
      doc: 'What to do; list when it is left out.',
      required: false,
      variadic: false,
      choices: configActions,
      completes: 'nothing',
    },
    {
      placeholder: 'KEY',
      doc: 'Full name of a setting, for instance parallel.concurrency; for validate a file.',
      required: false,
      variadic: false,
      choices: [],
      completes: 'nothing',
    },
    {
      placeholder: 'VALUE',
      doc: 'The new value.',
      required: false,
      variadic: false,
      choices: [],
      completes: 'nothing',
    },
  ],
  takesItems: false,
  optionGroups: [{ title: 'Options', options }],
  options,
  examples: [
    {
      command: 'atonce config list --show-origin',
      doc: 'All settings, and where each came from.',
    },
    { command: 'atonce config set parallel.concurrency 8', doc: 'Eight jobs at once, here.' },
    {
      command: "atonce config set --user 'timeouts.git push' 2m",
      doc: 'More time for git push, in all projects of this user.',
    },
  ],
  async run(invocation, host) {
    const { performAction } = await import('./config/perform-action.ts');
    return performAction(invocation, host);
  },
};
