import { loadResolved } from '../../config/load-settings.ts';
import { originText } from '../../config/origin.ts';
import { line, span } from '../../report/section.ts';
import type { OperationResult } from '../operation.ts';
import { answer, type ConfigCall } from './config-call.ts';
import { settingNamed } from './setting-named.ts';
import { toldSetting } from './told-setting.ts';

/** `atonce config get KEY`: the value and nothing else, for scripts. */
export async function getSetting({ words, options, where }: ConfigCall): Promise<OperationResult> {
  const [key = ''] = words;
  const data = toldSetting(settingNamed(key), await loadResolved(where));
  const origin = `  ${originText(data.origin, where.cwd ?? '/')}`;
  const told = options.showOrigin ? [span('dim', origin)] : [];
  return answer({ data, output: [line(String(data.value), ...told)] });
}
