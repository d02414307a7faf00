const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Nobody waits longer on purpose, and sums of it stay exact. */
export const LONGEST_MS: number = 365 * 24 * 3_600_000;

/**
 * Milliseconds of `500ms`, `10s`, `1.5m` or `1h`; a bare number is seconds. Undefined for anything
 * else, for nothing at all (`0`) and for more than a year.
 */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h)?$/.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const ms = Number(amount) * (unitMs[unit ?? 's'] ?? Number.NaN);
  return ms > 0 && ms <= LONGEST_MS ? ms : undefined;
}
