import { AtonceError } from '../../kernel/errors.ts';

/** Longer cycles are cut in the message; the error's field has all of it. */
const MOST_SHOWN = 10;

/** The tasks of a scheduler do not make a graph that can be run. Nothing was started or changed. */
export class GraphError extends AtonceError {
  /** What is wrong: tasks wait for each other, a name is not known, a name is given twice. */
  readonly problem: 'cycle' | 'unknown' | 'duplicate';
  /** The cycle, each depending on the next and the last on the first; else the one name. */
  readonly names: readonly string[];

  constructor(problem: GraphError['problem'], names: readonly string[], message: string) {
    super('E_GRAPH', message);
    this.name = 'GraphError';
    this.problem = problem;
    this.names = names;
  }
}

/** The error of tasks that wait for each other; `names` in the order of who depends on whom. */
export function cycleError(names: readonly string[]): GraphError {
  const shown = [...names, names[0]].map((name) => JSON.stringify(name));
  const left = shown.length - MOST_SHOWN;
  if (left > 0) shown.splice(MOST_SHOWN - 2, left + 1, `(${left + 1} more)`);
  return new GraphError('cycle', names, `Tasks depend on each other: ${shown.join(' → ')}`);
}

/** The error of a dependency that no task is called. */
export function unknownError(name: string, dependent: string, near?: string): GraphError {
  const hint = near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`;
  const message = `${JSON.stringify(dependent)} depends on ${JSON.stringify(name)}, which is no task${hint}`;
  return new GraphError('unknown', [name], message);
}

/** The error of a name that two tasks would have. */
export function duplicateError(name: string): GraphError {
  return new GraphError(
    'duplicate',
    [name],
    `There is a task called ${JSON.stringify(name)} already`,
  );
}
