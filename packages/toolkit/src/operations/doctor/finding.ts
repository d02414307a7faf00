/** What one look at the machine gave. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly subject: string;
  readonly level: 'ok' | 'warning' | 'problem';
  /** What was found, for people. */
  readonly found: string;
  /** What to do about it; undefined when all is well. */
  readonly advice: string | undefined;
  /** What was found, for machines. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/** A finding that asks for nothing. */
export function fine(subject: string, found: string, facts: Finding['facts']): Finding {
  return { subject, level: 'ok', found, advice: undefined, facts };
}
