// Ctrl-C and friends: the first asks the work to stop, the second ends the program.
import { constants } from 'node:os';

export function stopOnSignals() {
  const controller = new AbortController();
  const stop = { signal: controller.signal, exitCode: undefined };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => {
      if (stop.exitCode !== undefined) process.exit(stop.exitCode);
      stop.exitCode = 128 + constants.signals[name];
      controller.abort();
    });
  }
  return stop;
}
