import type { Problem } from '../config/problem.ts';
import { ProblemsError } from '../config/problems-error.ts';

/** The plan cannot be used, and nothing was run. `code` is `E_PLAN`. */
export class PlanError extends ProblemsError {
  constructor(problems: readonly Problem[]) {
    super('E_PLAN', 'the plan', problems);
    this.name = 'PlanError';
  }
}
