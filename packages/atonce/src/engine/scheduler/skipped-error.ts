import { AtonceError } from '../../kernel/errors.ts';

/**
 * Why a task was never started: a task it depends on failed, it could not have met its deadline any
 * more, or its estimate was more than what was left of the token budget.
 */
export type SkipReason = 'dependency' | 'deadline' | 'tokens';

/** The scheduler did not start the task. */
export class SkippedError extends AtonceError {
  readonly reason: SkipReason;
  /**
   * For `dependency`, the task at the root of it, which failed or was skipped itself; its error is
   * this error's `cause`. Else the task's own name.
   */
  readonly task: string;

  constructor(
    reason: SkipReason,
    task: string,
    message: string,
    details: { cause?: unknown } = {},
  ) {
    super('E_SKIPPED', message, details);
    this.name = 'SkippedError';
    this.reason = reason;
    this.task = task;
  }
}

/** The error of a skipped task; `root` and `cause` are those of the failure that began it. */
export function skippedError(
  reason: SkipReason,
  task: string,
  root: string,
  cause: unknown,
): SkippedError {
  const name = JSON.stringify(task);
  if (reason === 'deadline')
    return new SkippedError(reason, task, `${name} was skipped: it could not meet its deadline`);
  if (reason === 'tokens')
    return new SkippedError(reason, task, `${name} was skipped: the token budget is too small`);
  const why = `${JSON.stringify(root)}, which it depends on, gave no result`;
  return new SkippedError(reason, root, `${name} was skipped: ${why}`, { cause });
}
