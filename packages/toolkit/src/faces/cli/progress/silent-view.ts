import type { ProgressView, ViewStreams } from './view.ts';

/** Shows nothing. */
export function createSilentView({ stdout, stderr }: ViewStreams): ProgressView {
  return {
    jobStdout: stdout,
    jobStderr: stderr,
    onEvent: () => undefined,
    onStop: () => undefined,
    close: () => undefined,
  };
}
