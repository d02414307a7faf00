import { OptionError } from 'atonce';
import { runCommands } from '../../commands/run-commands.ts';
import type { Invocation, OperationHost, OperationResult } from '../operation.ts';
import type { RunValues } from '../run.ts';
import { commandRequest } from './command-request.ts';
import { JobCollector } from './job-collector.ts';
import { refuseUsedJournal } from './refuse-used-journal.ts';
import { refuseWaiting } from './refuse-waiting.ts';
import { runResult } from './run-result.ts';
import { runSettings } from './run-settings.ts';

/** `atonce run COMMAND`. */
export async function runCommand(
  invocation: Invocation<RunValues>,
  host: OperationHost,
): Promise<OperationResult> {
  if (invocation.words.length === 0) {
    throw new OptionError(
      'COMMAND',
      "there is no command to run; say atonce run 'COMMAND {}' ::: ITEM..., or see atonce run --help",
    );
  }
  refuseWaiting(invocation, host);
  const request = commandRequest(invocation, host, await runSettings(invocation, host));
  if (invocation.options.dryRun) {
    const { dryRun } = await import('./dry-run.ts');
    return dryRun(request, invocation, host);
  }
  refuseUsedJournal(invocation.options);
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
