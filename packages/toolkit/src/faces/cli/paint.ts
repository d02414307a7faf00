import { styleText } from 'node:util';
import type { Tone } from '../../report/section.ts';

/** Makes a tone visible, or gives the text back as it is. */
export type Paint = (tone: Tone, text: string) => string;

const formats = {
  strong: 'bold',
  dim: 'dim',
  good: 'green',
  warning: 'yellow',
  bad: 'red',
} as const;

/** A painter for a terminal that shows colours, or for one that does not. */
export function createPaint(colour: boolean): Paint {
  if (!colour) return (_tone, text) => text;
  return (tone, text) => {
    if (tone === 'plain' || text === '') return text;
    // Whether colours are wanted was decided already; styleText would look at another stream.
    return styleText(formats[tone], text, { validateStream: false });
  };
}
