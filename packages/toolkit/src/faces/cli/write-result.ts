import type { GlobalValues } from '../../operations/global-options.ts';
import type { OperationResult } from '../../operations/operation.ts';
import type { Section } from '../../report/section.ts';
import { renderText } from '../../report/text.ts';
import { estimateWidth, loadMeasure, needsExactMeasure } from '../../report/text-width.ts';
import { createGlyphs, localeIsUnicode } from './glyphs.ts';
import { createPaint, type Paint } from './paint.ts';
import type { FinalText } from './streams.ts';
import { type StandardStream, wantsColour } from './terminal.ts';

/** An operation's answer as text for people: the answer itself, and what there is to know beside it. */
export async function writeResult(
  { output, notes, warnings, errors }: OperationResult,
  { color, quiet }: GlobalValues,
): Promise<FinalText> {
  const { env, stdout, stderr } = process;
  const paint = createPaint(wantsColour(color, env, stderr));
  const told = [
    ...errors.map((text) => `atonce: ${paint('bad', 'error')}: ${text}\n`),
    ...(quiet ? [] : warnings.map((text) => `atonce: ${paint('warning', 'warning')}: ${text}\n`)),
    ...(quiet || notes.length === 0 ? [] : [`atonce: ${await render(notes, stderr, paint)}`]),
  ];
  const outputPaint = createPaint(wantsColour(color, env, stdout));
  return { stdout: await render(output, stdout, outputPaint), stderr: told.join('') };
}

async function render(
  sections: readonly Section[],
  stream: StandardStream,
  paint: Paint,
): Promise<string> {
  const exact = needsExactMeasure(JSON.stringify(sections));
  return renderText(sections, {
    width: stream.isTTY === true ? stream.columns : undefined,
    measure: exact ? await loadMeasure() : estimateWidth,
    paint,
    ellipsis: createGlyphs(localeIsUnicode(process.env)).ellipsis,
  });
}
