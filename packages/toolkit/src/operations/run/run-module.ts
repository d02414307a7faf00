import type { Readable } from 'node:stream';
import { OptionError } from 'atonce';
import { parseModuleName } from '../../modules/find-module.ts';
import { jsonItems } from '../../modules/json-items.ts';
import type { ModuleItem, ModuleRequest } from '../../modules/request.ts';
import { runModule as runModuleItems } from '../../modules/run-module.ts';
import { countOf } from '../../report/count.ts';
import { line, span } from '../../report/section.ts';
import { fileChunks } from '../../runs/file-chunks.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Invocation, OperationHost, OperationResult } from '../operation.ts';
import type { RunValues } from '../run.ts';
import { journalRequest } from './command-request.ts';
import { JobCollector } from './job-collector.ts';
import { jobsText, moduleJobs } from './jobs-at-once.ts';
import { refuseUsedJournal } from './refuse-used-journal.ts';
import { refuseWaiting } from './refuse-waiting.ts';
import { runResult } from './run-result.ts';
import { type RunSettings, runSettings } from './run-settings.ts';

/** `atonce run --module FILE#EXPORT`. */
export async function runModule(
  invocation: Invocation<RunValues>,
  host: OperationHost,
): Promise<OperationResult> {
  const [word] = invocation.words;
  if (word !== undefined) {
    throw new OptionError('--module', `--module takes no command, got ${JSON.stringify(word)}`);
  }
  refuseWaiting(invocation, host);
  const request = moduleRequest(invocation, host, await runSettings(invocation, host));
  if (invocation.options.dryRun) return dryRun(request);
  refuseUsedJournal(invocation.options);
  const report = await runModuleItems(request, {
    stdout: host.jobStdout,
    signal: host.signal,
    killNow: host.killNow,
    onEvent: host.onEvent,
  });
  const jobs = new JobCollector(false);
  const result = runResult({ report, jobs, invocation, concurrency: request.jobs });
  if (report.decision === undefined) return result;
  return { ...result, notes: [...result.notes, line(span('dim', report.decision.text))] };
}

function moduleRequest(
  invocation: Invocation<RunValues>,
  host: OperationHost,
  settings: RunSettings,
): ModuleRequest {
  const { options } = invocation;
  const { timeout = settings.timeouts['timeouts.default'] } = options;
  return {
    ...parseModuleName(options.module ?? ''),
    items: readValues(invocation, host.stdin),
    total: undefined,
    on: options.on,
    jobs: moduleJobs(settings, options.on),
    timeoutMs: timeout,
    graceMs: options.grace,
    retries: options.retries,
    halt: options.failFast ? { when: 'now', failures: 1 } : options.halt,
    keepOrder: options.keepOrder,
    output: options.emit,
    rate: options.rate,
    journal: journalRequest(options),
    trace: options.trace,
    cwd: undefined,
  };
}

/** The values of all sources one after another, or of standard input when there are none. */
async function* readValues(
  { options, sources }: Invocation<RunValues>,
  stdin: Readable,
): AsyncGenerator<ModuleItem> {
  const { argFile } = options;
  if (argFile !== undefined) yield* readFileValues(argFile, stdin);
  for (const { kind, words } of sources) {
    for (const word of words) {
      if (kind === 'files') yield* readFileValues(word, stdin);
      else yield* jsonItems(oneChunk(word), JSON.stringify(word));
    }
  }
  if (argFile === undefined && sources.length === 0) yield* readFileValues('-', stdin);
}

async function* readFileValues(file: string, stdin: Readable): AsyncGenerator<ModuleItem> {
  if (file === '-') return yield* jsonItems(stdin, 'the standard input');
  yield* jsonItems(fileChunks(file), file);
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function dryRun({
  items,
  module,
  exportName,
  jobs,
}: ModuleRequest): Promise<OperationResult> {
  let count = 0;
  const errors: string[] = [];
  for await (const item of items) {
    count += 1;
    if (!item.ok && errors.length < 100) errors.push(item.message);
  }
  const atOnce = typeof jobs === 'object' ? `, ${jobsText(jobs)}` : '';
  const text = `${module}#${exportName} for ${countOf(count, 'item')}${atOnce}; nothing was run`;
  return {
    exitCode: errors.length > 0 ? exitCodes.failed : exitCodes.ok,
    interrupted: false,
    data: null,
    output: [],
    notes: [line(span('strong', 'dry run: '), text)],
    warnings: [],
    errors,
  };
}
