/** A word as a person would type it in a shell, so that it stays one word with this very text. */
export function shellQuote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A text as it is written between double quotes. */
export function doubleQuoted(text: string): string {
  return text.replace(/[\\"$`]/g, '\\$&');
}

/** A text as it is written between single quotes. */
export function singleQuoted(text: string): string {
  return text.replaceAll("'", "'\\''");
}
