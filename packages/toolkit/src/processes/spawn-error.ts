import type { ProcessEnd } from './process-end.ts';
import type { SpawnError } from './spawner.ts';

/** Shortages that pass when other processes end. */
const TRANSIENT = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']);

/** Whether the same start may succeed a moment later. */
export function isTransient(error: SpawnError): boolean {
  return TRANSIENT.has(error.code);
}

/** What a start that failed means for the command. */
export function endOfSpawnError(file: string, error: SpawnError): ProcessEnd {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'not-found', message: `${file}: command not found` };
    case 'EACCES':
    case 'EPERM':
    case 'ENOEXEC':
      return { kind: 'not-executable', message: `${file}: cannot be executed (${error.code})` };
    case 'E2BIG':
      return {
        kind: 'spawn-failed',
        message: `${file}: the arguments are longer than the system allows (E2BIG)`,
      };
    default:
      return { kind: 'spawn-failed', message: `${file}: ${error.message}` };
  }
}
