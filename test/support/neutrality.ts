import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { importsOf } from './layers.ts';

/** Files reached from the entry, and one sentence for each import that is not another file. */
export function followImports(entry: string): { files: string[]; violations: string[] } {
  const files = [entry];
  const violations: string[] = [];
  for (const path of files) {
    for (const specifier of importsOf({ path, text: readFileSync(path, 'utf8') })) {
      const target = join(dirname(path), specifier);
      if (!specifier.startsWith('.')) {
        violations.push(`${relative(dirname(entry), path)}: imports ${specifier}`);
      } else if (!existsSync(target)) {
        violations.push(`${relative(dirname(entry), path)}: ${specifier} does not exist`);
      } else if (!files.includes(target)) {
        files.push(target);
      }
    }
  }
  return { files, violations };
}
