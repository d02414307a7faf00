import { OptionError } from 'atonce';
import { changeFile } from '../../config/edit/change-file.ts';
import { setInText } from '../../config/edit/set-in-text.ts';
import { originText } from '../../config/origin.ts';
import { resolveSettings } from '../../config/resolve.ts';
import { isReadByVerbs, plainOf, type SettingName, settingOf } from '../../config/settings.ts';
import type { Surroundings } from '../../config/sources/find-files.ts';
import type { NamedFile } from '../../config/sources/read-settings.ts';
import { entriesOf, readSources } from '../../config/sources/read-sources.ts';
import { line, span } from '../../report/section.ts';
import type { OperationResult } from '../operation.ts';
import { answer, type ConfigCall } from './config-call.ts';
import { settingNamed } from './setting-named.ts';
import { targetFile } from './target-file.ts';
import { unreadText } from './unread-text.ts';

/** `atonce config set KEY VALUE`: changes a line of a file, or adds it. */
export async function setSetting({ words, options, where }: ConfigCall): Promise<OperationResult> {
  const [key = '', text = ''] = words;
  const name = settingNamed(key);
  const value = valueOf(name, text);
  const file = targetFile(where, options);
  await changeFile(file, (before = '') => setInText(before, { name, value }, file));
  const plain = plainOf(name, value);
  return answer({
    data: { name, value: plain, file: file.path },
    notes: [line(span('strong', name), ` is ${plain} in ${file.shown}`)],
    warnings: [
      ...(await overruledBy(name, file, where)),
      ...(isReadByVerbs(name) ? [] : [unreadText(name)]),
    ],
  });
}

/** @throws OptionError for a text that means no value of this setting. */
function valueOf(name: SettingName, text: string): unknown {
  const { fromText, expected } = settingOf(name);
  const value = fromText(text);
  if (value !== undefined) return value;
  throw new OptionError(name, `${name} must be ${expected}, got ${JSON.stringify(text)}`);
}

/** A change that changes nothing here should not look as if it did. */
async function overruledBy(
  name: SettingName,
  { path }: NamedFile,
  where: Surroundings,
): Promise<readonly string[]> {
  const { values, origins } = resolveSettings(entriesOf(await readSources(where)));
  const origin = origins[name];
  if (origin.kind === 'default' || ('file' in origin && origin.file === path)) return [];
  const winner = `${originText(origin, where.cwd ?? '/')} says ${plainOf(name, values[name])}`;
  return [`it does not hold here: ${winner}`];
}
