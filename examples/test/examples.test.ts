import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { examples, runExample } from './support/run-example.ts';

const folder = mkdtempSync(join(tmpdir(), 'atonce-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('each example does what it says', () => {
  test('promise-all-to-map gives the same values with eight at once', async () => {
    const { code, stdout } = await runExample('promise-all-to-map.mjs');
    expect({ code, lines: stdout.split('\n') }).toEqual({
      code: 0,
      lines: [
        'Promise.all: 100 records, 100 at once',
        'map: 100 records, 8 at once',
        'same: true',
        '',
      ],
    });
  });

  test('fetch-many-pages gets what can be got and says why the rest could not', async () => {
    const { code, stdout } = await runExample('fetch-many-pages.mjs');
    expect({ code, lines: stdout.split('\n') }).toEqual({
      code: 0,
      lines: [
        'fetched 40 of 42 pages, 4 after a retry',
        '/missing: HTTP 404 (attempts: 1, not-retryable)',
        '/never: too slow (attempts: 3, attempts-exhausted)',
        '',
      ],
    });
  });

  test('cancel-and-timeout stops in three ways and waits for none of the stopped', async () => {
    const { code, stdout } = await runExample('cancel-and-timeout.mjs');
    expect({ code, lines: stdout.split('\n') }).toEqual({
      code: 0,
      lines: [
        'waited 10 ms',
        '60000 ms: E_TIMEOUT',
        'waited 20 ms',
        'map: cannot wait -1 ms',
        '10 ms: done',
        '60000 ms: enough for today',
        '60000 ms: enough for today',
        '',
      ],
    });
  });

  test('hash-files-on-threads prints the hashes in the order of its arguments', async () => {
    const files = ['one', 'two', 'three'].map((name) => join(folder, name));
    files.forEach((file) => writeFileSync(file, file));
    const { code, stdout } = await runExample('hash-files-on-threads.mjs', files);
    const lines = files.map(
      (file) => `${createHash('sha256').update(file).digest('hex')}  ${file}`,
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${lines.join('\n')}\n` });
  });

  test('hash-files-on-threads without arguments hashes the programs beside it', async () => {
    const { code, stdout } = await runExample('hash-files-on-threads.mjs');
    const program = join(examples, 'hash-files-on-threads.mjs');
    const hash = createHash('sha256').update(readFileSync(program)).digest('hex');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toContain(`${hash}  ${program}`);
  });

  test('stream-large-file without arguments reads the log beside it', async () => {
    expect(await runExample('stream-large-file.mjs')).toEqual({
      code: 0,
      stdout: '1840 /search?q=atonce\n4210 /report/2026\n1015 /search?q=nothing\n',
      stderr: '8 lines, 1 of them no log lines\n',
    });
  });

  test('stream-large-file prints the slow requests in order and counts the bad lines', async () => {
    const log = join(folder, 'access.log');
    const lines = Array.from({ length: 5000 }, (_, n) =>
      n % 1000 === 7 ? 'garbage' : `GET /page-${n} 200 ${n % 500 === 0 ? 2000 : 5}`,
    );
    writeFileSync(log, `${lines.join('\n')}\n`);
    const { code, stdout, stderr } = await runExample('stream-large-file.mjs', [log]);
    const slow = Array.from({ length: 10 }, (_, n) => `2000 /page-${n * 500}\n`).join('');
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: slow,
      stderr: '5000 lines, 5 of them no log lines\n',
    });
  });

  test('resumable-run does nothing twice when it is run again', async () => {
    const journal = join(folder, 'again.journal');
    const first = await runExample('resumable-run.mjs', [journal, '6']);
    const second = await runExample('resumable-run.mjs', [journal, '8']);
    expect(first.stdout).toContain('6 documents: 0 from the journal, 6 done now\n');
    expect(second.stdout).toContain('8 documents: 6 from the journal, 2 done now\n');
    expect(second.stdout).toContain('last: summary of document-7\n');
  });

  test('graph-of-tasks makes do with what did not fail and asks for each author once', async () => {
    const { code, stdout } = await runExample('graph-of-tasks.mjs');
    expect({ code, lines: stdout.split('\n') }).toEqual({
      code: 0,
      lines: [
        'tides by ADA, 5 words',
        'clouds by BOB, 6 words',
        'deserts by ADA, 3 words',
        'fetch volcanoes: volcanoes is not written yet',
        'count volcanoes: "count volcanoes" was skipped: "fetch volcanoes", which it depends on, gave no result',
        '7 done, 1 failed, 1 skipped',
        '2 authors looked up',
        '',
      ],
    });
  });

  test('graph-of-tasks --plan predicts the run and draws the graph', async () => {
    const { code, stdout } = await runExample('graph-of-tasks.mjs', ['--plan']);
    const [first, second, third, ...diagram] = stdout.split('\n');
    expect({ code, first, second, third }).toEqual({
      code: 0,
      first: '9 tasks, longest way: fetch tides → count tides → index',
      second: '27 ms predicted, never less than 20 ms',
      third: 'flowchart LR',
    });
    expect(diagram).toContain('  t1 --> t8');
  });

  test('run-commands-from-shell copes with any file name', async () => {
    const texts = join(folder, 'texts');
    mkdirSync(texts);
    for (const name of ['plain', 'two words', "it's $HOME", 'two\nlines']) {
      writeFileSync(join(texts, `${name}.txt`), name);
    }
    const { code, stdout } = await runExample('run-commands-from-shell.sh', [texts], 'sh');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'compressed 4 files\n' });
    const sizes = readdirSync(texts).filter((name) => name.endsWith('.size'));
    expect(sizes).toHaveLength(4);
    expect(readFileSync(join(texts, 'two words.txt.size'), 'utf8').trim()).toBe('9');
  });
});

test('every example is listed in the README and runs in a test', () => {
  const programs = readdirSync(examples).filter((name) => /\.(mjs|sh)$/.test(name));
  const listed = readFileSync(join(examples, 'README.md'), 'utf8');
  const tested = readFileSync(join(examples, 'test/examples.test.ts'), 'utf8');
  expect(programs.filter((name) => !listed.includes(`(${name})`))).toEqual([]);
  expect(programs.filter((name) => !tested.includes(`'${name}'`))).toEqual([]);
});
