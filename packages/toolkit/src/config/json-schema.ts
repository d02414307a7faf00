import type { Plain, ValueSchema } from './setting.ts';
import {
  defaultSettings,
  plainOf,
  settingGroups,
  type SettingName,
  settingNames,
  settings,
} from './settings.ts';

/** Where the published package can be read on the web. */
export const SCHEMA_URL = 'https://unpkg.com/@atonce/toolkit/config.schema.json';

/** The schema of one setting. */
type SettingSchema = ValueSchema & { readonly description: string; readonly default: Plain };

/** The schema of a group of settings. */
export interface GroupSchema {
  readonly description: string;
  /** A group of which nothing is set may be left empty. */
  readonly type: readonly ['object', 'null'];
  readonly additionalProperties: false;
  readonly properties: Readonly<Record<string, GroupSchema | SettingSchema>>;
}

/** What editors check a settings file with. */
export interface ConfigSchema extends GroupSchema {
  readonly $schema: string;
  readonly $id: string;
  readonly title: string;
}

/** The JSON Schema of a settings file, made from the definitions of the settings. */
export function configSchema(): ConfigSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: SCHEMA_URL,
    title: 'Settings of atonce',
    ...groupSchema('', 'What atonce does where its command line is silent.'),
  };
}

function groupSchema(group: string, description: string): GroupSchema {
  const prefix = group === '' ? '' : `${group}.`;
  const names = [...settingNames, ...Object.keys(settingGroups)].filter((name) =>
    name.startsWith(prefix),
  );
  const words = new Set(names.map((name) => name.slice(prefix.length).split('.')[0] ?? ''));
  const properties: Record<string, GroupSchema | SettingSchema> = {};
  for (const word of words) {
    const name = prefix + word;
    const about = settingGroups[name];
    properties[word] =
      about === undefined ? settingSchema(name as SettingName) : groupSchema(name, about);
  }
  return { description, type: ['object', 'null'], additionalProperties: false, properties };
}

function settingSchema(name: SettingName): SettingSchema {
  const { doc, schema } = settings[name];
  return { description: doc, ...schema, default: plainOf(name, defaultSettings[name]) };
}
