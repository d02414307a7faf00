/** Thrown by a task for the scheduler: it gave nothing, and may be tried again after a while. */
export class TaskFailure extends Error {
  readonly code = 'E_TASK_FAILED';
  /** Wait before the next try, milliseconds; undefined when there is none. */
  readonly delayMs: number | undefined;

  constructor(message: string, delayMs?: number) {
    super(message);
    this.name = 'TaskFailure';
    this.delayMs = delayMs;
  }
}
