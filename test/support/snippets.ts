/** A fenced block of a document that is to be run. */
export interface Snippet {
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: 'js' | 'console';
  readonly text: string;
  /** Files to be there before: those of the `file=NAME` blocks that stand above it. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * The blocks marked `js run` and `console run`. A block marked `file=NAME`, of any language, is a file
 * that the blocks below it can use.
 */
export function snippetsOf(document: string): Snippet[] {
  const files = new Map<string, string>();
  const snippets: Snippet[] = [];
  for (const match of document.matchAll(/^```(\S+)([^\n]*)\n([\s\S]*?)^```$/gm)) {
    const [, language, info = '', text = ''] = match;
    const words = info.trim().split(/\s+/);
    const file = words.find((word) => word.startsWith('file='))?.slice('file='.length);
    if (file !== undefined) files.set(file, text);
    if (!words.includes('run')) continue;
    if (language !== 'js' && language !== 'console')
      throw new SyntaxError(`a \`${language}\` block cannot be run`);
    const line = document.slice(0, match.index).split('\n').length;
    snippets.push({ line, language, text, files: new Map(files) });
  }
  return snippets;
}

/** What a `js run` block says it prints: the texts behind its `// →` comments, in their order. */
export function promisedOutput(text: string): string[] {
  return [...text.matchAll(/\/\/ → ?(.*)$/gm)].map(([, line = '']) => line);
}

/** The commands of a `console run` block, each with the lines it says that the terminal shows. */
export function sessionOf(text: string): { command: string; lines: string[] }[] {
  const session: { command: string; lines: string[] }[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const last = session.at(-1);
    if (line.startsWith('$ ')) session.push({ command: line.slice(2), lines: [] });
    else if (last === undefined) throw new SyntaxError('a console block begins with a command');
    else if (line.startsWith('> ')) last.command += `\n${line.slice(2)}`;
    else last.lines.push(line);
  }
  return session;
}

/** Whether a line is what was promised; `…` stands for what differs from run to run. */
function isPromised(line: string, promised: string): boolean {
  const literals = promised
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`).test(line);
}

/** The first difference between what came and what was promised, or undefined. */
export function difference(
  lines: readonly string[],
  promised: readonly string[],
): string | undefined {
  for (let at = 0; at < Math.max(lines.length, promised.length); at++) {
    const [line, wanted] = [lines[at], promised[at]];
    if (line !== undefined && wanted !== undefined && isPromised(line, wanted)) continue;
    return `line ${at + 1}: promised ${JSON.stringify(wanted)}, got ${JSON.stringify(line)}`;
  }
  return undefined;
}
