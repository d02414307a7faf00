import type { JobEnd } from './report.ts';

/** Words for how a job failed, the same for jobs that failed alike. */
export function reasonOf(end: JobEnd): string {
  switch (end.kind) {
    case 'exit':
      return `exit ${end.code}`;
    case 'signal':
      return `signal ${end.signal}`;
    case 'not-found':
      return 'not found';
    case 'not-executable':
      return 'not executable';
    case 'spawn-failed':
      return 'not started';
    case 'error':
      return end.name;
    case 'timeout':
    case 'cancelled':
      return end.kind;
  }
}

/** Whether a job did what it was asked. */
export function isSuccess(end: JobEnd): boolean {
  return end.kind === 'exit' && end.code === 0;
}

/** The code a shell would give for a job that could not be found or executed. */
export function missingCode(end: JobEnd): 126 | 127 | undefined {
  if (end.kind === 'not-found') return 127;
  if (end.kind === 'not-executable') return 126;
  return end.kind === 'exit' && (end.code === 126 || end.code === 127) ? end.code : undefined;
}
