/** A whole number written in decimal digits and nothing else, within bounds; undefined otherwise. */
export function parseInteger(text: string, min: number, max: number): number | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}
