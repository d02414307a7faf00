import { parseSync } from 'oxc-parser';
import type { SourceFile } from './repository.ts';

/** One option as its interface documents it. */
interface DocumentedOption {
  readonly name: string;
  readonly type: string;
  readonly doc: string;
  readonly defaultText: string | undefined;
}

/** Which interface of which file, and the heading it gets. */
export interface OptionSource {
  readonly heading: string;
  readonly interfaceName: string;
  readonly file: SourceFile;
}

/** The options of an interface as Markdown: a list with type, sentence and default. */
export function optionList({ heading, interfaceName, file }: OptionSource): string {
  const options = documentedOptions(file, interfaceName);
  if (options.length === 0) throw new RangeError(`${file.path} documents no ${interfaceName}`);
  const lines = options.map(({ name, type, doc, defaultText }) => {
    const fallback = defaultText === undefined ? '' : ` Default: ${defaultText}.`;
    return `- \`${name}\`, \`${type}\`: ${doc}${fallback}`;
  });
  return [`## ${heading}`, '', ...lines, ''].join('\n');
}

function documentedOptions({ path, text }: SourceFile, interfaceName: string): DocumentedOption[] {
  const { program, comments } = parseSync(path, text);
  return program.body.flatMap((statement) => {
    const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : undefined;
    if (node?.type !== 'TSInterfaceDeclaration' || node.id.name !== interfaceName) return [];
    return node.body.body.flatMap((member) => {
      if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier') return [];
      const { start, end } = member.typeAnnotation?.typeAnnotation ?? member;
      const comment = comments.findLast((one) => one.end <= member.start);
      const type = typeText(text.slice(start, end));
      return [{ name: member.key.name, type, ...parseDoc(comment?.value ?? '') }];
    });
  });
}

/** Without what an optional property says already, and without parentheses around it all. */
function typeText(text: string): string {
  const type = text.replace(/ \| undefined$/, '').replaceAll(/\s+/g, ' ');
  return type.replace(/^\((\([^()]*\) => [^()]*)\)$/, '$1');
}

function parseDoc(comment: string): Pick<DocumentedOption, 'doc' | 'defaultText'> {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*\s?/, '').trim());
  const [doc = '', defaultText] = lines.join('\n').split('@defaultValue');
  return {
    doc: asParagraph(doc),
    defaultText: defaultText && asParagraph(defaultText).replace(/\.$/, ''),
  };
}

/** One line: paragraphs and the items of lists follow each other. */
function asParagraph(text: string): string {
  return text
    .trim()
    .replaceAll(/\n+(- )?/g, ' ')
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
    .replaceAll(/(?<!`)\b_/g, '\\_');
}
