import { parseSync, type Expression, Visitor } from 'oxc-parser';
import type { SourceFile } from './repository.ts';

const grammarFolders = new Set(['classes', 'interfaces', 'types', 'enums', 'utils']);
const mostFolders = 9;

/** One sentence for each place where a source breaks the shape that all sources share. */
export function shapeViolations(files: readonly SourceFile[]): string[] {
  return [...folderViolations(files), ...files.flatMap(textViolations)];
}

function folderViolations(files: readonly SourceFile[]): string[] {
  const firstLevel = new Map<string, Set<string>>();
  const found = new Set<string>();
  for (const { path } of files) {
    const [home = '', inside = ''] = path.split(/(?<=\/src)\//, 2);
    const folders = inside.split('/').slice(0, -1);
    for (const folder of folders) {
      if (grammarFolders.has(folder)) found.add(`${home}: folder ${folder} is named for grammar`);
    }
    const known = firstLevel.get(home) ?? new Set();
    firstLevel.set(home, folders[0] === undefined ? known : known.add(folders[0]));
  }
  for (const [home, folders] of firstLevel) {
    if (folders.size > mostFolders) found.add(`${home}: has ${folders.size} folders`);
  }
  return [...found];
}

function textViolations({ path, text }: SourceFile): string[] {
  const { program, module, comments } = parseSync(path, text);
  const found: string[] = [];
  for (const { entries } of module.staticExports) {
    for (const entry of entries) {
      if (entry.importName.kind === 'All' || entry.importName.kind === 'AllButDefault') {
        found.push(`${path}: export *`);
      }
      if (entry.exportName.kind === 'Default' || entry.exportName.name === 'default') {
        found.push(`${path}: default export`);
      }
    }
  }
  const visit = ({ callee }: { callee: Expression }): void => {
    if (callee.type === 'Identifier' && callee.name === 'Error') found.push(`${path}: plain Error`);
  };
  new Visitor({ NewExpression: visit, CallExpression: visit }).visit(program);
  for (const { value } of comments) {
    if (/oxlint-disable|eslint-disable|@ts-(ignore|nocheck|expect-error)/.test(value)) {
      found.push(`${path}: a check is switched off by a comment`);
    }
  }
  return found;
}
