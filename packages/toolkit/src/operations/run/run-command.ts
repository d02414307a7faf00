import { OptionError } from 'atonce';
import { runCommands } from '../../commands/run-commands.ts';
import type { Invocation, OperationHost, OperationResult } from '../operation.ts';
import type { RunValues } from '../run.ts';
import { commandRequest } from './command-request.ts';
import { dryRun } from './dry-run.ts';
import { JobCollector } from './job-collector.ts';
import { runResult } from './run-result.ts';

/** `atonce run COMMAND`. */
export async function runCommand(
  invocation: Invocation<RunValues>,
  host: OperationHost,
): Promise<OperationResult> {
  refuseNothingToDo(invocation, host);
  const request = commandRequest(invocation, host);
  if (invocation.options.dryRun) return dryRun(request, invocation, host);
  const jobs = new JobCollector(invocation.options.json);
  const report = await runCommands(request, {
    stdout: host.jobStdout,
    stderr: host.jobStderr,
    env: host.env,
    signal: host.signal,
    killNow: host.killNow,
    onEvent(event) {
      jobs.add(event);
      host.onEvent(event);
    },
  });
  return runResult({ report, jobs, invocation, concurrency: request.jobs });
}

/** @throws OptionError where waiting for input would look like work. */
function refuseNothingToDo(
  { words, sources, options }: Invocation<RunValues>,
  host: OperationHost,
): void {
  if (words.length === 0) {
    throw new OptionError(
      'COMMAND',
      "there is no command to run; say atonce run 'COMMAND {}' ::: ITEM..., or see atonce run --help",
    );
  }
  const readsStdin = sources.length === 0 && options.argFile === undefined;
  if (readsStdin && host.terminal.stdinIsTerminal) {
    throw new OptionError(
      ':::',
      'there are no items: put them after :::, name files after ::::, or pipe them in' +
        ' (:::: - reads them from the terminal)',
    );
  }
}
