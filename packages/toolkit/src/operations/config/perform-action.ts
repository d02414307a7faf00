import { OptionError } from 'atonce';
import { surroundings } from '../../config/surroundings.ts';
import type { ConfigAction, ConfigValues } from '../config.ts';
import type { Invocation, OperationHost, OperationResult } from '../operation.ts';
import type { ConfigCall } from './config-call.ts';

interface ActionRules {
  /** Names of the words that must follow. */
  readonly needs: readonly string[];
  /** How many words may follow. */
  readonly atMost: number;
  /** The option that the action understands. */
  readonly option: keyof ConfigValues | undefined;
  readonly perform: (call: ConfigCall) => Promise<OperationResult>;
}

const actions: Readonly<Record<ConfigAction, ActionRules>> = {
  list: {
    needs: [],
    atMost: 0,
    option: 'showOrigin',
    perform: async (call) => (await import('./list-settings.ts')).listSettings(call),
  },
  get: {
    needs: ['KEY'],
    atMost: 1,
    option: 'showOrigin',
    perform: async (call) => (await import('./get-setting.ts')).getSetting(call),
  },
  set: {
    needs: ['KEY', 'VALUE'],
    atMost: 2,
    option: 'user',
    perform: async (call) => (await import('./set-setting.ts')).setSetting(call),
  },
  validate: {
    needs: [],
    atMost: 1,
    option: undefined,
    perform: async (call) => (await import('./validate-settings.ts')).validateSettings(call),
  },
  schema: {
    needs: [],
    atMost: 0,
    option: undefined,
    perform: async () => (await import('./print-schema.ts')).printSchema(),
  },
  init: {
    needs: [],
    atMost: 0,
    option: 'user',
    perform: async (call) => (await import('./init-file.ts')).initFile(call),
  },
};

/** Does what the first word says. */
export async function performAction(
  { words: all, options }: Invocation<ConfigValues>,
  host: OperationHost,
): Promise<OperationResult> {
  const [action = 'list', ...words] = all;
  if (!isAction(action)) throw new OptionError('ACTION', `there is no atonce config ${action}`);
  const rules = actions[action];
  checkWords(action, words, rules);
  checkOptions(action, options, rules);
  return rules.perform({ words, options, host, where: surroundings(host.env, options.config) });
}

function isAction(word: string): word is ConfigAction {
  return Object.hasOwn(actions, word);
}

function checkWords(
  action: string,
  words: readonly string[],
  { needs, atMost }: ActionRules,
): void {
  if (words.length < needs.length) {
    const hint = needs[0] === 'KEY' ? '; atonce config list shows all keys' : '';
    throw new OptionError('KEY', `atonce config ${action} needs ${needs.join(' and ')}${hint}`);
  }
  const surplus = words[atMost];
  if (surplus === undefined) return;
  throw new OptionError(action, `atonce config ${action} takes no ${JSON.stringify(surplus)}`);
}

/** An option that would do nothing was meant to do something. */
function checkOptions(action: string, options: ConfigValues, { option }: ActionRules): void {
  const { showOrigin, user } = options;
  if (showOrigin && option !== 'showOrigin') throw surplusOption('--show-origin', action);
  if (user && option !== 'user') throw surplusOption('--user', action);
}

function surplusOption(flag: string, action: string): OptionError {
  return new OptionError(flag, `atonce config ${action} takes no ${flag}`);
}
