import type { Origin } from './origin.ts';
import { defaultSettings, type SettingName, settingNames, type Settings } from './settings.ts';
import type { Entries } from './sources/reading.ts';

/** The settings that hold, and where each came from. */
export interface ResolvedSettings {
  readonly values: Settings;
  readonly origins: Readonly<Record<SettingName, Origin>>;
}

/** Takes each setting from the first source that has it, else its default. */
export function resolveSettings(sources: readonly Entries[]): ResolvedSettings {
  const values: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const name of settingNames) {
    const entry = sources.find((entries) => entries.has(name))?.get(name);
    values[name] = entry === undefined ? defaultSettings[name] : entry.value;
    origins[name] = entry?.origin ?? { kind: 'default' };
  }
  return {
    values: values as unknown as Settings,
    origins: origins as Record<SettingName, Origin>,
  };
}
