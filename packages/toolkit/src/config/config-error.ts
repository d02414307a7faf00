import { AtonceError } from 'atonce';
import { type Problem, problemText } from './problem.ts';

/** More would scroll the first ones away. */
const MOST_SHOWN = 50;

/** The configuration cannot be used. `code` is `E_CONFIG`. */
export class ConfigError extends AtonceError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('E_CONFIG', messageOf(problems));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

function messageOf(problems: readonly Problem[]): string {
  const [first] = problems;
  if (first !== undefined && problems.length === 1) return problemText(first);
  const rest = problems.length - MOST_SHOWN;
  return [
    `the configuration has ${problems.length} problems:`,
    ...problems.slice(0, MOST_SHOWN).map((problem) => `  ${problemText(problem)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ].join('\n');
}
