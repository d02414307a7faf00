import { shellQuote } from '../../commands/template/shell-quote.ts';
import { line, type Section, span } from '../../report/section.ts';
import type { RunReport } from '../../runs/report.ts';
import type { CommandLine, Invocation } from '../operation.ts';
import type { RunValues } from '../run.ts';

/** Longer command lines, mostly those with expanded globs, are described instead of repeated. */
const LONGEST_COMMAND = 1000;

/** How to go on after a run that left something undone. */
export function resumeHint(report: RunReport, invocation: Invocation<RunValues>): Section[] {
  const { options, sources, commandLine } = invocation;
  const { failed, cancelled, stopped } = report;
  if (stopped === undefined && failed + cancelled === 0) return [];
  if (options.journal === undefined) {
    if (stopped === undefined) return [];
    return [line(span('dim', 'with --journal FILE such a run could be resumed'))];
  }
  const what = stopped === undefined ? 'run the failed jobs again: ' : 'go on: ';
  const { argFile, file } = options;
  const fromStdin = file === '-' || (sources.length === 0 && argFile === undefined && !file);
  const input = fromStdin ? ' (with the same standard input)' : '';
  return [line(what, span('strong', resumeCommand(commandLine, options.resume)), input)];
}

/** The same command line with `--resume`. */
function resumeCommand({ before, after }: CommandLine, resumes: boolean): string {
  const added = resumes ? [] : ['--resume'];
  const words = ['atonce', ...before, 'run', ...added, ...after];
  const command = words.map((word) => shellQuote(word)).join(' ');
  if (command.length <= LONGEST_COMMAND) return command;
  return resumes ? 'the same command line' : 'the same command line with --resume';
}
