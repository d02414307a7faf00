// A number is never shown without its machine.
import { cpus, loadavg, totalmem } from 'node:os';
import { availableCores } from 'atonce';

export function describeMachine() {
  const cores = availableCores();
  return {
    cores,
    cpu: cpus()[0]?.model.trim() || 'unknown processor',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
    /** Programs that wanted a core during the last minute, ours not yet among them; 0 on Windows. */
    load: loadavg()[0],
  };
}
