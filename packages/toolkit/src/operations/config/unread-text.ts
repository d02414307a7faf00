import type { SettingName } from '../../config/settings.ts';

/** What is said of a setting that somebody has set and no verb reads. */
export function unreadText(name: SettingName, where?: string): string {
  const place = where === undefined ? '' : `${where}: `;
  return `${place}no verb of atonce reads ${name} yet; it is for programs that load the settings`;
}
