import { visibleText } from '../../../report/visible-text.ts';
import type { JobEvent } from '../../../runs/report.ts';
import type { ProgressView, ViewStreams } from './view.ts';

/** Shows nothing, save why the first job that could not be started was not: nothing else would say it. */
export function createSilentView({ stdout, stderr }: ViewStreams): ProgressView {
  let told = false;
  return {
    jobStdout: stdout,
    jobStderr: stderr,
    onEvent(event) {
      const message = told ? undefined : startProblem(event);
      if (message === undefined) return;
      told = true;
      stderr.write(`atonce: ${visibleText(message)}\n`);
    },
    onStop: () => undefined,
    close: () => undefined,
  };
}

function startProblem(event: JobEvent): string | undefined {
  if (event.type !== 'finished') return undefined;
  const { end } = event.job;
  // What a function throws is its own matter, as what a command prints is.
  return 'message' in end && end.kind !== 'error' ? end.message : undefined;
}
