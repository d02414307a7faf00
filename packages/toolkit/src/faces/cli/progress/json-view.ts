import type { ProgressView, ViewStreams } from './view.ts';

/** Writes each event as one JSON object and line, with the wall-clock time in ISO 8601. */
export function createJsonView({ stdout, stderr }: ViewStreams): ProgressView {
  const write = (event: object): void => {
    stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
  };
  return {
    jobStdout: stdout,
    jobStderr: stderr,
    onEvent: write,
    onStop: (how) => write({ type: 'stopping', how }),
    close: () => undefined,
  };
}
