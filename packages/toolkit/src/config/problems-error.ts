import { AtonceError, type ErrorCode } from 'atonce';
import { MOST_PROBLEMS, type Problem, problemText } from './problem.ts';

/** More would scroll the first ones away. */
const MOST_SHOWN = 50;

/** Something that people wrote cannot be used, for as many reasons as there are problems. */
export abstract class ProblemsError extends AtonceError {
  /** Everything that is wrong, in the order of its source. */
  readonly problems: readonly Problem[];

  /** `what` is the subject of a sentence: `the plan`. */
  constructor(code: ErrorCode, what: string, problems: readonly Problem[]) {
    super(code, messageOf(what, problems));
    this.problems = problems;
  }
}

function messageOf(what: string, problems: readonly Problem[]): string {
  const [first] = problems;
  if (first !== undefined && problems.length === 1) return problemText(first);
  const rest = problems.length - MOST_SHOWN;
  // Nobody has looked any further.
  const least = problems.length < MOST_PROBLEMS ? '' : 'at least ';
  return [
    `${what} has ${least}${problems.length} problems:`,
    ...problems.slice(0, MOST_SHOWN).map((problem) => `  ${problemText(problem)}`),
    ...(rest > 0 ? [`  and ${least}${rest} more`] : []),
  ].join('\n');
}
