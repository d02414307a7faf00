import { OptionError } from 'atonce';
import type { CommandRequest } from '../../commands/request.ts';
import { readItems } from '../../commands/sources/read-items.ts';
import type { SourceGroup } from '../../commands/sources/source-arguments.ts';
import type { Invocation, OperationHost } from '../operation.ts';
import type { RunValues } from '../run.ts';
import { commandJobs } from './jobs-at-once.ts';
import type { RunSettings } from './run-settings.ts';

/** What the flags of `atonce run COMMAND` ask for, and the settings where those are silent. */
export function commandRequest(
  { options, words, sources }: Invocation<RunValues>,
  host: OperationHost,
  settings: RunSettings,
): CommandRequest {
  const { items, total } = readItems({
    groups: itemSources(options, sources),
    stdin: host.stdin,
    nul: options.null,
    colsep: options.colsep === undefined ? undefined : columnSeparator(options.colsep),
    csvDelimiter: csvDelimiter(options),
    header: options.header,
    skipEmpty: options.skipEmpty,
  });
  return {
    template: words,
    shell: options.shell,
    items,
    total,
    jobs: commandJobs(settings),
    timeoutMs: options.timeout,
    timeouts: settings.timeouts,
    graceMs: options.grace,
    retries: options.retries,
    halt: options.failFast ? { when: 'now', failures: 1 } : options.halt,
    keepOrder: options.keepOrder,
    output: options.output,
    tag: options.tag,
    rate: options.rate,
    journal: journalRequest(options),
    resultsDir: options.results,
    joblog: options.joblog,
    trace: options.trace,
    cwd: undefined,
    forceColor: host.terminal.colour,
    spawn: options.spawn,
  };
}

/** The journal that `--journal`, `--resume` and `--accept-changes` mean. */
export function journalRequest({
  journal,
  resume,
  acceptChanges,
  repair,
}: RunValues): CommandRequest['journal'] {
  return journal === undefined ? undefined : { file: journal, resume, acceptChanges, repair };
}

/** Those after `:::` and `::::`, and before them the file of `--arg-file`. */
function itemSources({ argFile }: RunValues, sources: readonly SourceGroup[]): SourceGroup[] {
  if (argFile === undefined) return [...sources];
  return [{ kind: 'files', words: [argFile], linked: false }, ...sources];
}

function csvDelimiter({ csv, tsv }: RunValues): string | undefined {
  if (csv) return ',';
  return tsv ? '\t' : undefined;
}

function columnSeparator(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    const { message } = error as Error;
    throw new OptionError('--colsep', `--colsep must be a regular expression: ${message}`);
  }
}
