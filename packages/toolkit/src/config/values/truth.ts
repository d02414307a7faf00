/** `1`, `true`, `yes`, `on` and their opposites in any case; undefined for anything else. */
export function parseTruth(text: string): boolean | undefined {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  return undefined;
}
