import { OptionError } from 'atonce';
import { splitWords } from '../../src/commands/template/split-words.ts';
import { shellQuote } from '../../src/commands/template/shell-quote.ts';
import type { Plan } from '../../src/plans/plan.ts';
import type { PlanTools } from '../../src/plans/plan-tools.ts';
import { type ReadPlan, readPlan } from '../../src/plans/reading/read-plan.ts';

/** Tools that know every module but those of the folder `gone`. */
export const tools: PlanTools = {
  splitWords,
  quote: shellQuote,
  limitOf: () => undefined,
  findFunction(name, folder) {
    if (name.startsWith('gone/')) throw new OptionError('module', `There is no module ${name}`);
    const [file = '', exportName = 'default'] = name.split('#');
    return { url: `file://${folder}/${file}`, exportName };
  },
};

/** What a text says and what is wrong with it. */
export function read(text: string): ReadPlan {
  return readPlan(text, { file: 'plan.yaml', folder: '/plan', pools: ['io', 'cpu'], tools });
}

/** The problems of a text, each as `LINE:COLUMN message`. */
export function problemsOf(text: string): readonly string[] {
  return read(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

/** A plan that must be right. */
export function planOf(text: string): Plan {
  const { plan, problems } = read(text);
  if (problems.length > 0) throw new TypeError(JSON.stringify(problems));
  return plan;
}
