import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJson, root } from './support/repository.ts';

// A guard that nobody has seen fail guards nothing. One tree of planted violations is linted with the real
// configuration; each violation must be reported by its rule, and the good files by none.

const lib = 'packages/atonce/src';
const tools = 'packages/toolkit/src';
const ideas = [
  'agents',
  'audit',
  'bench',
  'commands',
  'experiments',
  'hooks',
  'memory',
  'modules',
  'plans',
];
const imports = 'eslint(no-restricted-imports)';
const globals = 'eslint(no-restricted-globals)';
const use = (specifier: string) =>
  `import { x } from '${specifier}';\nexport const y: number = x;\n`;
const lines = (count: number) =>
  'export let a = 1;\n'.replace('a', 'a0') + 'a0 = a0 + 1;\n'.repeat(count);
const longFunction = `export function long(): number {\n  let a = 1;\n${'  a += 1;\n'.repeat(61)}  return a;\n}\n`;

const planted: readonly (readonly [title: string, path: string, rule: string, text: string])[] = [
  ['kernel to engine', `${lib}/kernel/to-engine.ts`, imports, use('../engine/x.ts')],
  ['kernel to files', `${lib}/kernel/to-files.ts`, imports, use('../files/index.ts')],
  ['kernel to Node', `${lib}/kernel/to-node.ts`, imports, use('node:fs')],
  ['engine to threads', `${lib}/engine/to-threads.ts`, imports, use('../threads/index.ts')],
  ['engine to files', `${lib}/engine/deep/to-files.ts`, imports, use('../../files/index.ts')],
  ['engine to testing', `${lib}/engine/to-testing.ts`, imports, use('../testing/index.ts')],
  ['engine to Node', `${lib}/engine/to-node.ts`, imports, use('node:os')],
  ['engine to a package', `${lib}/engine/to-package.ts`, imports, use('p-map')],
  ['threads to files', `${lib}/threads/to-files.ts`, imports, use('../files/index.ts')],
  ['threads to testing', `${lib}/threads/to-testing.ts`, imports, use('../testing/index.ts')],
  ['threads to a package', `${lib}/threads/to-package.ts`, imports, use('piscina')],
  ['threads to a package like node', `${lib}/threads/to-nodes.ts`, imports, use('nodemon')],
  ['files to threads', `${lib}/files/to-threads.ts`, imports, use('../threads/index.ts')],
  ['files to toolkit', `${lib}/files/to-toolkit.ts`, imports, use('../../../toolkit/src/x.ts')],
  ['testing to threads', `${lib}/testing/to-threads.ts`, imports, use('../threads/index.ts')],
  ['entry to threads', `${lib}/index.ts`, imports, use('./threads/index.ts')],
  ...ideas.flatMap((idea) =>
    ideas
      .filter((other) => other !== idea)
      .map((other) => {
        const path = `${tools}/${idea}/to-${other}.ts`;
        return [`idea ${idea} to ${other}`, path, imports, use(`../${other}/x.ts`)] as const;
      }),
  ),
  ['idea to operations', `${tools}/memory/to-op.ts`, imports, use('../operations/x.ts')],
  ['idea to faces', `${tools}/memory/deep/to-face.ts`, imports, use('../../faces/cli/x.ts')],
  ['report to an idea', `${tools}/report/to-idea.ts`, imports, use('../commands/x.ts')],
  ['runs to an idea', `${tools}/runs/to-idea.ts`, imports, use('../modules/x.ts')],
  ['processes to an idea', `${tools}/processes/to-idea.ts`, imports, use('../commands/x.ts')],
  ['config to operations', `${tools}/config/to-op.ts`, imports, use('../operations/x.ts')],
  ['report to faces', `${tools}/report/to-face.ts`, imports, use('../faces/cli/x.ts')],
  ['operations to faces', `${tools}/operations/to-face.ts`, imports, use('../faces/cli/x.ts')],
  ['toolkit to testing', `${tools}/faces/cli/to-testing.ts`, imports, use('atonce/testing')],
  [
    'toolkit to the inside',
    `${tools}/faces/cli/to-inside.ts`,
    imports,
    use('atonce/engine/map.js'),
  ],
  ['toolkit to sources', `${tools}/faces/to-src.ts`, imports, use('../../../atonce/src/index.ts')],
  [
    'cycle, one half',
    `${lib}/kernel/cycle-a.ts`,
    'import(no-cycle)',
    use('./cycle-b.ts').replace('x }', 'y as x }'),
  ],
  [
    'cycle, other half',
    `${lib}/kernel/cycle-b.ts`,
    'import(no-cycle)',
    use('./cycle-a.ts').replace('x }', 'y as x }'),
  ],
  [
    'console in engine',
    `${lib}/engine/prints.ts`,
    'eslint(no-console)',
    `console.log('x');\nexport {};\n`,
  ],
  ...['process', 'Buffer', 'setImmediate', 'require', 'console', 'name', 'event'].map(
    (global) =>
      [
        `global ${global}`,
        `${lib}/engine/uses-${global.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}.ts`.replace(
          '--',
          '-',
        ),
        globals,
        `export const used: unknown = ${global};\n`,
      ] as const,
  ),
  ['long file', `${lib}/engine/long-file.ts`, 'eslint(max-lines)', lines(301)],
  [
    'long function',
    `${lib}/engine/long-function.ts`,
    'eslint(max-lines-per-function)',
    longFunction,
  ],
  ['long test', 'packages/atonce/test/long.test.ts', 'eslint(max-lines)', lines(601)],
  [
    'many parameters',
    `${lib}/engine/params.ts`,
    'eslint(max-params)',
    'export const f = (a: 1, b: 1, c: 1, d: 1, e: 1): number => a + b + c + d + e;\n',
  ],
  [
    'default export',
    `${lib}/engine/default.ts`,
    'import(no-default-export)',
    'export default 1;\n',
  ],
  ['file name', `${lib}/engine/camelCase.ts`, 'unicorn(filename-case)', 'export const a = 1;\n'],
  ['any', `${lib}/engine/any.ts`, 'typescript(no-explicit-any)', 'export const a: any = 1;\n'],
  [
    'floating promise in a source',
    `${lib}/files/floating.ts`,
    'typescript(no-floating-promises)',
    'const later = async (): Promise<number> => 1;\nexport const go = (): void => {\n  later();\n};\n',
  ],
  [
    'floating promise in a test',
    'packages/atonce/test/floating.test.ts',
    'typescript(no-floating-promises)',
    'const later = async (): Promise<number> => 1;\nlater();\n',
  ],
  [
    'empty catch',
    `${lib}/files/empty.ts`,
    'eslint(no-empty)',
    'try {\n  JSON.parse("");\n} catch {}\nexport {};\n',
  ],
  [
    'thrown text',
    `${lib}/files/thrown.ts`,
    'eslint(no-throw-literal)',
    `export const f = (): never => {\n  throw 'x';\n};\n`,
  ],
  [
    'correctness',
    `${lib}/files/loop.ts`,
    'eslint(for-direction)',
    'for (let i = 0; i < 9; i--) {\n  void i;\n}\nexport {};\n',
  ],
];

const good: readonly (readonly [path: string, text: string])[] = [
  [
    `${lib}/kernel/clean.ts`,
    'export const clean = (name: string, event: number): string => name + event;\n',
  ],
  [`${lib}/engine/limits/clean.ts`, `export { clean } from '../../kernel/clean.ts';\n`],
  [
    `${lib}/threads/clean.ts`,
    `import { Worker } from 'node:worker_threads';\nexport { clean } from '../kernel/clean.ts';\nexport const worker = Worker;\n`,
  ],
  [
    `${tools}/commands/clean.ts`,
    `export { map } from 'atonce';\nexport { threads } from 'atonce/threads';\nexport { readFiles } from 'atonce/files';\n`,
  ],
  [`${tools}/memory/commands/clean.ts`, `export const own = 1;\n`],
  [`${tools}/memory/clean.ts`, `export { own } from './commands/clean.ts';\n`],
  [
    `${tools}/faces/cli/clean.ts`,
    `export { map } from '../../commands/clean.ts';\nconsole.log('faces print');\n`,
  ],
  ['packages/atonce/test/clean.slow.test.ts', `export const a = 1;\n`],
  ['vitest.config.ts', 'export default {};\n'],
];

const configurations = [
  '.oxlintrc.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'tsconfig.tests.json',
  'packages/atonce/tsconfig.json',
  'packages/atonce/tsconfig.core.json',
  'packages/toolkit/tsconfig.json',
  'benchmarks/tsconfig.json',
];

let reported: Map<string, string[]>;
const tsgolint = join(root, 'node_modules/oxlint-tsgolint/bin/tsgolint.js');
const tree = mkdtempSync(join(tmpdir(), 'atonce-guards-'));
afterAll(() => rmSync(tree, { recursive: true }));

beforeAll(async () => {
  const plantedFiles = planted.map(([, path, , text]) => [path, text] as const);
  for (const [path, text] of [...plantedFiles, ...good]) {
    mkdirSync(join(tree, dirname(path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  for (const file of configurations) {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(tree, file));
  }
  mkdirSync(join(tree, 'node_modules/@types'), { recursive: true });
  symlinkSync(
    join(root, 'node_modules/@types/node'),
    join(tree, 'node_modules/@types/node'),
    'dir',
  );
  reported = await lint();
});

/** The rules that oxlint reports, by file. */
async function lint(): Promise<Map<string, string[]>> {
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
  const env = { ...process.env, OXLINT_TSGOLINT_PATH: tsgolint };
  const options = { cwd: tree, env, maxBuffer: 1e8, timeout: 25_000 };
  const output = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [oxlint, '--type-aware', '-f', 'json'], options, (error, stdout) => {
      if (error !== null && error.code !== 1) reject(error);
      else resolve(stdout);
    });
  });
  const found = new Map<string, string[]>();
  const { diagnostics } = JSON.parse(output) as {
    diagnostics: { code: string; filename: string }[];
  };
  for (const { code, filename } of diagnostics) {
    const path = filename.replaceAll('\\', '/');
    found.set(path, [...(found.get(path) ?? []), code]);
  }
  return found;
}

describe('oxlint reports a planted violation', () => {
  test.each(planted)('%s', (_, path, rule) => {
    expect(reported.get(path) ?? []).toContain(rule);
  });
});

test.each(good)('oxlint has nothing to say about %s', (path) => {
  expect(reported.get(path)).toBeUndefined();
});

test('every rule that the configuration names has a planted violation', () => {
  type Rules = Record<string, unknown>;
  const config = readJson<{ rules: Rules; overrides: { rules: Rules }[] }>('.oxlintrc.json');
  const named = [config, ...config.overrides].flatMap(({ rules }) =>
    Object.keys(rules).filter((rule) => rules[rule] !== 'off'),
  );
  const seen = new Set(planted.map(([, , rule]) => rule.replace(/^.*\((.*)\)$/, '$1')));
  expect([...new Set(named)].filter((rule) => !seen.has(rule.replace(/^.*\//, '')))).toEqual([]);
});
