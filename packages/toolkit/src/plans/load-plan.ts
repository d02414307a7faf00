import { dirname, resolve } from 'node:path';
import { problemOf } from '../config/problem.ts';
import { readText, readTextFrom } from '../config/sources/read-text.ts';
import type { Plan } from './plan.ts';
import { PlanError } from './plan-error.ts';
import type { PlanTools } from './plan-tools.ts';
import { readPlan } from './reading/read-plan.ts';

/** Where a plan is read from. */
export interface PlanFile {
  /** Path of the file; a dash is standard input. */
  readonly path: string;
  readonly stdin: () => AsyncIterable<Uint8Array>;
  /** Names of the pools that settings define. */
  readonly pools: readonly string[];
  readonly tools: PlanTools;
}

/**
 * Reads a plan file.
 *
 * @throws PlanError `E_PLAN` with everything that is wrong with it.
 */
export async function loadPlan({ path, stdin, pools, tools }: PlanFile): Promise<Plan> {
  const isStdin = path === '-';
  const file = isStdin ? 'standard input' : path;
  const found = await (isStdin ? readTextFrom(stdin()) : readText(path));
  if (!found.ok) {
    const message = found.isMissing ? 'there is no such file' : found.message;
    throw new PlanError([problemOf(file, message)]);
  }
  const folder = isStdin ? resolve('.') : dirname(resolve(path));
  const { plan, problems } = readPlan(found.text, { file, folder, pools, tools });
  if (problems.length > 0) throw new PlanError(problems);
  return plan;
}
