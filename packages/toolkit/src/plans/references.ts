import { nearest } from '../report/nearest.ts';

/** A place in a text that stands for what a task gave, or for how it ended. */
export interface Reference {
  /** As it was written, braces included. */
  readonly text: string;
  readonly of: 'results' | 'outcome';
  readonly task: string;
  /** The way into a result that is an object or a list. */
  readonly fields: readonly string[];
}

/** A text, cut at its references. */
export type TextPart = string | Reference;

/** A message with more names helps nobody. */
const MOST_NAMES = 10;

const REFERENCE = /\{(results|outcome)\.([^{}]+)\}/g;

/** Whether a text has anything that looks like a reference. */
export function hasReferences(text: string): boolean {
  return text.search(REFERENCE) !== -1;
}

/**
 * Cuts a text at `{results.NAME}`, `{results.NAME.FIELD}` and `{outcome.NAME}`. Only tasks that are
 * needed can be meant, for no others are surely over; what names another is told to `unknown`.
 */
export function splitReferences(
  text: string,
  needs: readonly string[],
  unknown: (message: string) => void = () => undefined,
): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [whole, of, path] = match as unknown as [string, Reference['of'], string];
    const task = longestName(path, needs);
    if (task === undefined) {
      unknown(notNeeded(whole, path, needs));
      continue;
    }
    const rest = path.slice(task.length + 1);
    const fields = rest === '' ? [] : rest.split('.');
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push({ text: whole, of, task, fields });
    from = match.index + whole.length;
  }
  if (from < text.length || parts.length === 0) parts.push(text.slice(from));
  return parts;
}

/** Why a name cannot be referred to. */
export function notNeeded(text: string, name: string, needs: readonly string[]): string {
  const near = nearest(name, needs);
  const known = needs.length === 0 ? 'the task has no needs' : `needs has ${listText(needs)}`;
  const hint = near === undefined ? known : `did you mean ${near}?`;
  return `${text}: ${JSON.stringify(name)} is not among the task's needs; ${hint}`;
}

function listText(names: readonly string[]): string {
  const left = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (left > 0 ? ` and ${left} more` : '');
}

/** Names may hold dots. */
function longestName(path: string, needs: readonly string[]): string | undefined {
  return needs
    .filter((name) => path === name || path.startsWith(`${name}.`))
    .reduce<string | undefined>(
      (longest, name) => (longest === undefined || name.length > longest.length ? name : longest),
      undefined,
    );
}
