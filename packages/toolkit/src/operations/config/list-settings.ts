import { loadResolved } from '../../config/load-settings.ts';
import { originText } from '../../config/origin.ts';
import { isReadByVerbs, type SettingName, settingNames } from '../../config/settings.ts';
import { line, type Row, type Section, span } from '../../report/section.ts';
import type { OperationResult } from '../operation.ts';
import { environmentName } from '../option.ts';
import { answer, type ConfigCall } from './config-call.ts';
import { toldSetting, type ToldSetting } from './told-setting.ts';
import { unreadText } from './unread-text.ts';

/** Narrower terminals get no columns. */
const LEAST_COLUMNS = 60;

/** Variables of options that win over settings. */
const overruling: Readonly<Record<string, SettingName | 'timeouts'>> = {
  [environmentName('jobs')]: 'parallel.concurrency',
  [environmentName('timeout')]: 'timeouts',
};

/** `atonce config list`: every setting that holds. */
export async function listSettings({ options, host, where }: ConfigCall): Promise<OperationResult> {
  const resolved = await loadResolved(where);
  const settings = settingNames.map((name) => toldSetting(name, resolved));
  const { stdoutIsTerminal, columns = LEAST_COLUMNS } = host.terminal;
  const rows = settings.map((setting) => rowOf(setting, where.cwd ?? '/'));
  const isNarrow = stdoutIsTerminal && columns < LEAST_COLUMNS;
  const shown = isNarrow ? narrow(rows, options.showOrigin) : [wide(rows, options.showOrigin)];
  const notes = Object.entries(overruling)
    .filter(([variable]) => (where.env[variable] ?? '') !== '')
    .map(([variable, name]) => line(`${variable} is set: it wins over ${name}`));
  const warnings = settings
    .filter(({ name, origin }) => origin.kind !== 'default' && !isReadByVerbs(name))
    .map(({ name, origin }) => unreadText(name, originText(origin, where.cwd ?? '/')));
  return answer({ data: { settings }, output: shown, notes, warnings });
}

/** Name, value and origin. */
function rowOf({ name, value, origin }: ToldSetting, cwd: string): Row {
  const tone = origin.kind === 'default' ? 'plain' : 'strong';
  return [name, span(tone, String(value)), span('dim', originText(origin, cwd))];
}

function wide(rows: readonly Row[], showOrigin: boolean): Section {
  const columns = showOrigin ? [{}, {}, { shrink: true }] : [{}, {}];
  return { kind: 'table', columns, rows };
}

function narrow(rows: readonly Row[], showOrigin: boolean): readonly Section[] {
  return rows.flatMap(([name = '', value = '', origin = '']) => [
    line(name, ': ', value),
    ...(showOrigin ? [line('  ', origin)] : []),
  ]);
}
