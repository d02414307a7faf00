import type { SettingName } from '../../src/config/settings.ts';
import type { SetCase } from './arbitrary-settings.ts';

/** How the text of a settings file looks. */
export interface YamlStyle {
  /** In one line with braces. */
  readonly flow?: boolean;
  /** Spaces of a level. */
  readonly step?: number;
  /** A comment before every setting, and one behind its value. */
  readonly comments?: boolean;
}

type Tree = Map<string, Tree | string>;

/** A settings file that sets these. */
export function yamlOf(cases: ReadonlyMap<SettingName, SetCase>, style: YamlStyle = {}): string {
  const root: Tree = new Map();
  for (const [name, { plain }] of cases) {
    const words = name.split('.');
    const last = words.pop() as string;
    let tree = root;
    for (const word of words) {
      const below = tree.get(word) ?? new Map<string, Tree | string>();
      tree.set(word, below);
      tree = below as Tree;
    }
    tree.set(last, String(plain));
  }
  return style.flow === true ? `${flow(root)}\n` : block(root, style, '').join('');
}

function flow(tree: Tree | string): string {
  if (typeof tree === 'string') return tree;
  return `{${[...tree].map(([key, value]) => `${key}: ${flow(value)}`).join(', ')}}`;
}

function block(tree: Tree, style: YamlStyle, indent: string): string[] {
  const { step = 2, comments = false } = style;
  return [...tree].flatMap(([key, value]) => {
    const before = comments ? [`${indent}# before ${key}\n`] : [];
    const behind = comments ? `  # behind ${key}` : '';
    if (typeof value === 'string') return [...before, `${indent}${key}: ${value}${behind}\n`];
    const below = block(value, style, indent + ' '.repeat(step));
    return [...before, `${indent}${key}:${behind}\n`, ...below];
  });
}
