import type { Problem } from './problem.ts';
import { ProblemsError } from './problems-error.ts';

/** The configuration cannot be used. `code` is `E_CONFIG`. */
export class ConfigError extends ProblemsError {
  constructor(problems: readonly Problem[]) {
    super('E_CONFIG', 'the configuration', problems);
    this.name = 'ConfigError';
  }
}
