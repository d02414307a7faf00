import { AtonceError } from 'atonce';
import { type Problem, problemText } from '../config/problem.ts';

/** More would scroll the first ones away. */
const MOST_SHOWN = 50;

/** The plan cannot be used, and nothing was run. `code` is `E_PLAN`. */
export class PlanError extends AtonceError {
  /** Everything that is wrong, in the order of the file. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('E_PLAN', messageOf(problems));
    this.name = 'PlanError';
    this.problems = problems;
  }
}

function messageOf(problems: readonly Problem[]): string {
  const [first] = problems;
  if (first !== undefined && problems.length === 1) return problemText(first);
  const rest = problems.length - MOST_SHOWN;
  return [
    `the plan has ${problems.length} problems:`,
    ...problems.slice(0, MOST_SHOWN).map((problem) => `  ${problemText(problem)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ].join('\n');
}
