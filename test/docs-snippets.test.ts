import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commandFolder } from './support/command-folder.ts';
import { filesUnder, root } from './support/repository.ts';
import {
  difference,
  promisedOutput,
  sessionOf,
  type Snippet,
  snippetsOf,
} from './support/snippets.ts';

// Every block of the documents that is marked `run` is run, and prints what the document says.

const cache = join(root, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
// Below the repository, so that `import 'atonce'` finds the built package.
const work = mkdtempSync(join(cache, 'snippets-'));
const bin = commandFolder(work);
afterAll(() => rmSync(work, { recursive: true, force: true }));

const documents = filesUnder('.', (path) =>
  /^(README\.md|docs\/.*\.md|packages\/[^/]+\/README\.md)$/.test(path),
);
const cases = documents.flatMap(({ path, text }) =>
  snippetsOf(text).map((snippet) => ({ title: `${path}:${snippet.line}`, snippet })),
);

test('the documents have blocks to run', () => {
  expect(cases.length).toBeGreaterThan(20);
});

describe.concurrent('the block prints what the document says', () => {
  test.each(cases)('$title', async ({ snippet }) => {
    expect(await problemOf(snippet)).toBeUndefined();
  });
});

describe('a planted block that does something else is reported', () => {
  test.each([
    ['js', "console.log('two'); // → one\n", 'promised "one", got "two"'],
    ['js', "console.log('one'); // → one\nconsole.log('two');\n", 'promised undefined'],
    ['js', "console.log('one'); // → one\n// → two\n", 'got undefined'],
    ['js', "throw new RangeError('oh');\n", 'RangeError: oh'],
    ['js', "import 'no-such-package';\n", 'ERR_MODULE_NOT_FOUND'],
    ['console', '$ echo two\none\n', 'promised "one", got "two"'],
    ['console', '$ echo one\n', 'promised undefined, got "one"'],
    ['console', '$ no-such-program\n', 'not found'],
  ] as const)('%s: %s', async (language, text, problem) => {
    expect(await problemOf({ line: 1, language, text, files: new Map() })).toContain(problem);
  });
});

let count = 0;

async function problemOf(snippet: Snippet): Promise<string | undefined> {
  const folder = join(work, String(count++));
  mkdirSync(folder);
  for (const [name, text] of snippet.files) writeFileSync(join(folder, name), text);
  return snippet.language === 'js'
    ? runProgram(snippet.text, folder)
    : runSession(snippet.text, folder);
}

async function runProgram(text: string, folder: string): Promise<string | undefined> {
  const file = join(folder, 'snippet.mjs');
  writeFileSync(file, text);
  const { ok, stdout, stderr } = await run(process.execPath, [file], folder);
  return ok ? difference(linesOf(stdout), promisedOutput(text)) : stderr;
}

async function runSession(text: string, folder: string): Promise<string | undefined> {
  for (const { command, lines } of sessionOf(text)) {
    const { stdout } = await run('/bin/sh', ['-c', `exec 2>&1\n${command}`], folder);
    const problem = difference(linesOf(stdout), lines);
    if (problem !== undefined) return `${command}: ${problem}`;
  }
  return undefined;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function run(program: string, args: readonly string[], cwd: string) {
  const path = [bin, process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path, NO_COLOR: '1' };
  return new Promise<{ ok: boolean; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(program, args, { cwd, env, timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ ok: error === null, stdout, stderr }),
    );
    child.stdin?.end();
  });
}
