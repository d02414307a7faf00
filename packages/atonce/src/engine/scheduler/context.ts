import { checkInteger } from '../../kernel/checks.ts';
import type { TaskContext } from '../task.ts';
import type { ScheduledContext } from './scheduled-task.ts';

/** What a context asks of its run. */
export interface ContextHost {
  resultsFor(task: number): Readonly<Record<string, unknown>>;
  failuresFor(task: number): Readonly<Record<string, unknown>>;
  tokensUsed(task: number, count: number): void;
}

/** What one attempt of a scheduled task is told. Records of others' results are made when they are read. */
export class RunContext implements ScheduledContext {
  readonly name: string;
  readonly index: number;
  readonly attempt: number;
  private readonly tried: TaskContext;
  private readonly host: ContextHost;
  private ownResults: Readonly<Record<string, unknown>> | null = null;
  private ownFailures: Readonly<Record<string, unknown>> | null = null;

  constructor(name: string, attempt: TaskContext, host: ContextHost) {
    this.name = name;
    this.index = attempt.index;
    this.attempt = attempt.attempt;
    this.tried = attempt;
    this.host = host;
  }

  get signal(): AbortSignal {
    return this.tried.signal;
  }

  get report(): (data: unknown) => void {
    return this.tried.report;
  }

  get results(): Readonly<Record<string, unknown>> {
    this.ownResults ??= this.host.resultsFor(this.index);
    return this.ownResults;
  }

  get failures(): Readonly<Record<string, unknown>> {
    this.ownFailures ??= this.host.failuresFor(this.index);
    return this.ownFailures;
  }

  /** A function that works on its own too, since callers take contexts apart. */
  get usedTokens(): (count: number) => void {
    return (count) => {
      checkInteger('usedTokens', count, { min: 0 });
      this.host.tokensUsed(this.index, count);
    };
  }
}
