import type { Surroundings } from './sources/find-files.ts';

/** Where the settings of this process are looked for. */
export function surroundings(env: Surroundings['env'] = process.env, given?: string): Surroundings {
  return { cwd: workingFolder(), env, given };
}

/** Undefined when it has been removed under our feet. */
function workingFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    // There is no other way to ask.
    return undefined;
  }
}
