/** When a failing job stops the others. `soon` lets running jobs end, `now` kills them. */
export type Halt =
  | { readonly when: 'never' }
  | { readonly when: 'soon' | 'now'; readonly failures: number }
  | { readonly when: 'soon' | 'now'; readonly failurePercent: number };

/** Where the number of jobs is not known, a share says nothing before so many have ended. */
const FEWEST_FOR_SHARE = 3;

/** What the rule looks at. */
export interface HaltCounts {
  readonly failed: number;
  readonly ended: number;
  /** Number of jobs, if known: a percentage is a share of it, otherwise of those that ended. */
  readonly total: number | undefined;
}

/** Whether the failures so far stop the run, and how. */
export function haltAt(halt: Halt, counts: HaltCounts): 'soon' | 'now' | undefined {
  if (halt.when === 'never' || counts.failed === 0) return undefined;
  if ('failures' in halt) return counts.failed >= halt.failures ? halt.when : undefined;
  if (counts.total === undefined && counts.ended < FEWEST_FOR_SHARE) return undefined;
  const base = counts.total ?? counts.ended;
  return counts.failed * 100 >= halt.failurePercent * base ? halt.when : undefined;
}
