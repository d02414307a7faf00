import type { Origin } from '../../config/origin.ts';
import type { ResolvedSettings } from '../../config/resolve.ts';
import type { Plain } from '../../config/setting.ts';
import { plainOf, type SettingName } from '../../config/settings.ts';

/** A setting as programs are told of it. */
export interface ToldSetting {
  readonly name: SettingName;
  /** As it would be written into a file. */
  readonly value: Plain;
  readonly origin: Origin;
}

/** What is told of one of the settings that hold. */
export function toldSetting(name: SettingName, { values, origins }: ResolvedSettings): ToldSetting {
  return { name, value: plainOf(name, values[name]), origin: origins[name] };
}
