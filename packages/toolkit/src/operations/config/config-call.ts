import type { Surroundings } from '../../config/sources/find-files.ts';
import type { ConfigValues } from '../config.ts';
import type { GlobalValues } from '../global-options.ts';
import type { OperationHost, OperationResult } from '../operation.ts';

/** One call of an action on the settings. */
export interface ConfigCall {
  /** What stood behind the action. */
  readonly words: readonly string[];
  readonly options: ConfigValues & GlobalValues;
  readonly host: OperationHost;
  /** Where settings are looked for. */
  readonly where: Surroundings;
}

/** A good result in which only what there is to say needs to be said. */
export function answer(parts: Partial<OperationResult>): OperationResult {
  const nothing = { output: [], notes: [], warnings: [], errors: [] };
  return { exitCode: 0, interrupted: false, data: null, ...nothing, ...parts };
}
