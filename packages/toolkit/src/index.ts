export { ConfigError } from './config/config-error.ts';
export { loadSettings } from './config/load-settings.ts';
export type { Problem } from './config/problem.ts';
export type { CommandTimeouts, SettingName, Settings } from './config/settings.ts';
