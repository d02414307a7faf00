/** The text of a value; never throws, whatever the value is. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a value that has no text';
  }
}

/** What an error says; never throws, whatever was thrown. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : textOf(thrown);
  } catch {
    return 'an error that cannot be read';
  }
}
