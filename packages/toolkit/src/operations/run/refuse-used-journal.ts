import { statSync } from 'node:fs';
import { OptionError } from 'atonce';
import type { RunValues } from '../run.ts';

/**
 * Refuses to begin a run in the journal of another, before logs of that run are begun anew.
 *
 * @throws OptionError when the file holds something and is not to be resumed.
 */
export function refuseUsedJournal({ journal, resume }: RunValues): void {
  if (journal === undefined || resume) return;
  const found = statSync(journal, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile() || found.size === 0) return;
  throw new OptionError(
    '--journal',
    `${JSON.stringify(journal)} exists: --resume continues the run it records,` +
      ' another file begins a new one',
  );
}
