import { OptionError } from 'atonce';

/** Input sources as they were written on a command line. */
export interface SourceGroup {
  /** Values themselves (`:::`), or files that hold them, one source each (`::::`). */
  readonly kind: 'values' | 'files';
  readonly words: readonly string[];
  /** Goes in step with the source before it (`:::+`) instead of being combined with it. */
  readonly linked: boolean;
}

const MARKERS: Readonly<Record<string, Pick<SourceGroup, 'kind' | 'linked'>>> = {
  ':::': { kind: 'values', linked: false },
  ':::+': { kind: 'values', linked: true },
  '::::': { kind: 'files', linked: false },
  '::::+': { kind: 'files', linked: true },
};

/**
 * Cuts arguments into the command and the sources that follow it.
 *
 * @throws OptionError when the first source is linked, or `::::` names no file.
 */
export function parseSourceArguments(args: readonly string[]): {
  readonly command: readonly string[];
  readonly groups: readonly SourceGroup[];
} {
  const first = args.findIndex((word) => Object.hasOwn(MARKERS, word));
  if (first === -1) return { command: args, groups: [] };
  const groups: SourceGroup[] = [];
  let words: string[] = [];
  for (const word of args.slice(first)) {
    const marker = Object.hasOwn(MARKERS, word) ? MARKERS[word] : undefined;
    if (marker === undefined) {
      words.push(word);
      continue;
    }
    words = [];
    groups.push({ ...marker, words });
    if (marker.linked && groups.length === 1) {
      throw new OptionError(word, `\`${word}\` needs a source before it to go in step with`);
    }
  }
  for (const { kind, words: files } of groups) {
    if (kind === 'files' && files.length === 0) {
      throw new OptionError('::::', '`::::` needs the name of a file; `-` is the standard input');
    }
  }
  return { command: args.slice(0, first), groups };
}
