import { OptionError } from 'atonce';
import { changeFile } from '../../config/edit/change-file.ts';
import { shownPath } from '../../config/origin.ts';
import { projectFile } from '../../config/sources/find-files.ts';
import { settingsTemplate } from '../../config/template.ts';
import { line, span } from '../../report/section.ts';
import type { OperationResult } from '../operation.ts';
import { answer, type ConfigCall } from './config-call.ts';
import { newFile } from './target-file.ts';

/** `atonce config init`: a file in which every setting is explained and none is set. */
export async function initFile({ options, where }: ConfigCall): Promise<OperationResult> {
  const file = newFile(where, options);
  const above = file.kind === 'project' ? projectFile(where) : undefined;
  await changeFile(file, (before) => {
    if (before === undefined) return settingsTemplate();
    throw new OptionError('init', `${file.shown} is there already and was left as it is`);
  });
  const hidden = above === undefined ? undefined : shownPath(above.path, where.cwd ?? '/');
  return answer({
    data: { file: file.path },
    notes: [line('wrote ', span('strong', file.shown))],
    warnings: hidden === undefined ? [] : [`${hidden} is not read here any more`],
  });
}
