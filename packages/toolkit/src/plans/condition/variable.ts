import type { PlanTask } from '../plan.ts';

/** A variable as a task's command would see it; undefined when it is not set. */
export function variableOf(
  { env: own }: Pick<PlanTask, 'env'>,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (own.has(name)) return own.get(name);
  return Object.hasOwn(env, name) ? env[name] : undefined;
}
