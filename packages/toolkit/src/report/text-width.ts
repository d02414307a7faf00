/** How many terminal cells a text takes. */
export type MeasureText = (text: string) => number;

const onlyAscii = /^[\u0020-\u007e]*$/;

/** Wide characters begin at U+1100; of what follows, punctuation and block elements are narrow. */
const onlyNarrow = /^[\u0020-\u007e\u00a0-\u10ff\u2010-\u2027\u2190-\u21ff\u2500-\u25a0]*$/;

/**
 * Never less than what the text takes, as most terminals show it: exact for ASCII, one cell for
 * what is surely narrow, two for everything else. Good until the true tables are loaded, which
 * takes longer than all of the rest of a short command.
 */
export function estimateWidth(text: string): number {
  if (onlyAscii.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += onlyNarrow.test(character) ? 1 : 2;
  return width;
}

/** Loads the exact measure: wide characters, emoji and combining marks count as terminals show them. */
export async function loadMeasure(): Promise<MeasureText> {
  const { default: stringWidth } = await import('string-width');
  return (text) => (onlyAscii.test(text) ? text.length : stringWidth(text));
}

/** Whether `estimateWidth` may be too much for this text, so that the exact measure is worth its loading. */
export function needsExactMeasure(text: string): boolean {
  return !onlyAscii.test(text);
}

/** How a text that is too long is shortened. */
export interface FitOptions {
  readonly measure: MeasureText;
  /** Stands for what was left out; it must take one cell. */
  readonly ellipsis: string;
}

/**
 * The text in at most `width` cells: what does not fit is cut out of its middle, because commands
 * that differ mostly differ at their ends. Characters are never cut apart.
 */
export function fitMiddle(text: string, width: number, options: FitOptions): string {
  const { measure, ellipsis } = options;
  if (measure(text) <= width) return text;
  if (width <= 0) return '';
  const characters = splitCharacters(text);
  const headWidth = Math.ceil((width - 1) / 2);
  const head = takeCells(characters, headWidth, measure);
  const tail = takeCells(characters.toReversed(), width - 1 - measure(head.join('')), measure);
  return head.join('') + ellipsis + tail.toReversed().join('');
}

/** The text in at most `width` cells, cut at its end. */
export function fitEnd(text: string, width: number, options: FitOptions): string {
  const { measure, ellipsis } = options;
  if (measure(text) <= width) return text;
  if (width <= 0) return '';
  return takeCells(splitCharacters(text), width - 1, measure).join('') + ellipsis;
}

function takeCells(
  characters: readonly string[],
  width: number,
  measure: MeasureText,
): readonly string[] {
  let used = 0;
  let count = 0;
  for (const character of characters) {
    used += measure(character);
    if (used > width) break;
    count += 1;
  }
  return characters.slice(0, count);
}

/** What a reader takes for one character each, emoji of several code points included. */
function splitCharacters(text: string): readonly string[] {
  if (onlyAscii.test(text)) return text.split('');
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}
