import { resolve } from 'node:path';
import { originText, shownPath } from '../../config/origin.ts';
import { problemText } from '../../config/problem.ts';
import { isReadByVerbs } from '../../config/settings.ts';
import type { Surroundings } from '../../config/sources/find-files.ts';
import {
  problemsOf,
  readSettingsFile,
  readSources,
  type Sources,
} from '../../config/sources/read-sources.ts';
import type { Reading } from '../../config/sources/reading.ts';
import { countOf } from '../../report/count.ts';
import { line, type Section, span } from '../../report/section.ts';
import { exitCodes } from '../exit-codes.ts';
import type { OperationResult } from '../operation.ts';
import { answer, type ConfigCall } from './config-call.ts';
import { unreadText } from './unread-text.ts';

/** `atonce config validate`: everything that is wrong, in all sources or in one file. */
export async function validateSettings({ words, where }: ConfigCall): Promise<OperationResult> {
  const [path] = words;
  const sources = path === undefined ? await readSources(where) : await only(path, where);
  const problems = problemsOf(sources);
  const { files, environment } = sources;
  return answer({
    exitCode: problems.length > 0 ? exitCodes.usage : exitCodes.ok,
    data: {
      files: files.map(({ file, entries }) => ({
        file: file.path,
        kind: file.kind,
        settings: entries.size,
      })),
      environment: [...environment.entries.values()].map(({ origin }) => originText(origin, '/')),
      problems: problems.map(({ setting = null, line = null, column = null, ...rest }) => ({
        ...rest,
        line,
        column,
        setting,
      })),
    },
    output: linesOf(sources, where.cwd ?? '/'),
    warnings: unreadSettings(sources, where.cwd ?? '/'),
    errors: problems.map(problemText),
  });
}

/** A setting that changes nothing was meant to change something. */
function unreadSettings({ environment, files }: Sources, cwd: string): readonly string[] {
  return [environment, ...files].flatMap(({ entries }) =>
    [...entries]
      .filter(([name]) => !isReadByVerbs(name))
      .map(([name, { origin }]) => unreadText(name, originText(origin, cwd))),
  );
}

async function only(path: string, where: Surroundings): Promise<Sources> {
  const file = { kind: 'given', path: resolve(where.cwd ?? '/', path) } as const;
  const reading = await readSettingsFile(file, where.cwd);
  return { environment: { entries: new Map(), problems: [] }, files: [{ file, ...reading }] };
}

function linesOf({ environment, files }: Sources, cwd: string): readonly Section[] {
  const lines = files.map((reading) => lineOf(shownPath(reading.file.path, cwd), reading));
  const { entries, problems } = environment;
  if (entries.size + problems.length > 0) lines.unshift(lineOf('environment', environment));
  return lines.length > 0 ? lines : [line('nothing is set: all settings are at their defaults')];
}

function lineOf(source: string, { entries, problems }: Reading): Section {
  const verdict =
    problems.length === 0
      ? span('good', countOf(entries.size, 'setting'))
      : span('bad', countOf(problems.length, 'problem'));
  return line(`${source}: `, verdict);
}
