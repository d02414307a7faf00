import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CommandRequest } from '../../dist/commands/request.js';
import { folder, itemsOf, requestOf, run } from '../commands/running.ts';

const fixture = fileURLToPath(new URL('../commands/fixtures/run-request.mjs', import.meta.url));

function journalOf(file: string, resume = true): NonNullable<CommandRequest['journal']> {
  return { file, resume, acceptChanges: false };
}

const lines = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];

describe('a run with a journal', () => {
  it('runs only what is not done when it is continued', async () => {
    const dir = folder();
    const log = join(dir, 'log');
    const script = [
      'sh',
      '-c',
      'echo "$1" >> "$0"; test "$1" != bad || test -e "$0.ok"',
      log,
      '{}',
    ];
    const items = itemsOf('a', 'bad', 'b', 'a');
    const journal = journalOf(join(dir, 'journal'));
    const first = await run(script, { items, journal });
    expect(first.report).toMatchObject({ succeeded: 3, failed: 1, resumed: 0, exitCode: 1 });
    appendFileSync(`${log}.ok`, '');
    const second = await run(script, { items: [...items, ...itemsOf('new')], journal });
    expect(second.report).toMatchObject({ succeeded: 5, failed: 0, resumed: 3, exitCode: 0 });
    expect(lines(log).sort()).toEqual(['a', 'a', 'b', 'bad', 'bad', 'new']);
    const resumed = second.jobs.filter((job) => job.resumed);
    expect(resumed).toHaveLength(3);
    expect(resumed[0]?.command).toContain('sh -c');
  });

  it('writes no output of done jobs again, unless the results folder has it', async () => {
    const dir = folder();
    for (const resultsDir of [undefined, join(dir, 'results')]) {
      const journal = journalOf(join(dir, `journal-${resultsDir === undefined}`));
      const request = {
        items: itemsOf('a', 'b', 'b'),
        journal,
        resultsDir,
        jobs: 1,
        keepOrder: true,
      };
      expect((await run(['echo', '{#}{}'], request)).stdout).toBe('1a\n2b\n3b\n');
      const again = await run(['echo', '{#}{}'], request);
      expect(again.report.resumed).toBe(3);
      expect(again.stdout).toBe(resultsDir === undefined ? '' : '1a\n2b\n3b\n');
    }
  });

  it.each<[string, Partial<CommandRequest>, readonly string[]]>([
    ['another command', {}, ['echo', 'other', '{}']],
    ['a shell', { shell: true }, ['echo {}']],
    ['another time limit', { timeoutMs: 77 }, ['echo', '{}']],
  ])(
    'refuses to be continued with %s, unless that is accepted',
    async (_what, changes, template) => {
      const journal = journalOf(join(folder(), 'journal'));
      await run(['echo', '{}'], { items: itemsOf('a'), journal });
      const request = { items: itemsOf('a', 'b'), ...changes };
      await expect(run(template, { ...request, journal })).rejects.toMatchObject({
        code: 'E_JOURNAL_CHANGED',
      });
      const { report } = await run(template, {
        ...request,
        journal: { ...journal, acceptChanges: true },
      });
      expect(report).toMatchObject({ succeeded: 2, resumed: 1 });
    },
  );

  it('refuses a journal that is there already when it is not to be continued', async () => {
    const file = join(folder(), 'journal');
    await run(['true'], { items: itemsOf('a'), journal: journalOf(file, false) });
    const again = run(['true'], { items: itemsOf('a'), journal: journalOf(file, false) });
    await expect(again).rejects.toMatchObject({ code: 'E_JOURNAL' });
  });

  it('that is stopped early says that it can be continued', async () => {
    const journal = journalOf(join(folder(), 'journal'));
    const { report } = await run(['test', '{}', '=', 'a'], {
      items: itemsOf('a', 'b', 'c', 'd'),
      jobs: 1,
      journal,
      halt: { when: 'now', failures: 1 },
    });
    expect(report).toMatchObject({ stopped: 'halt', exitCode: 4, succeeded: 1, failed: 1 });
  });

  it('stops clearly when the journal cannot be written any more', async () => {
    const request = {
      ...requestOf(['true'], { journal: journalOf(join(folder(), 'journal')), output: 'group' }),
      count: 3_000,
    };
    // 4 blocks of 512 bytes: the file may not grow any further.
    const script = `trap '' XFSZ; ulimit -f 4; exec "$@" 3>&1`;
    const { out } = await runScript(script, request);
    const report = JSON.parse(out) as { stopped: string; problem: string; exitCode: number };
    expect(report).toMatchObject({ stopped: 'journal', exitCode: 4 });
    expect(report.problem).toMatch(/EFBIG|File too large/i);
  });

  it('does not take a job for done whose output could not be written', async () => {
    const journal = journalOf(join(folder(), 'journal'));
    const request = { items: itemsOf('a', 'b', 'c'), journal, jobs: 1 };
    const full = new Writable({
      write: (_chunk, _encoding, done) =>
        done(Object.assign(new TypeError('full'), { code: 'ENOSPC' })),
    });
    const first = await run(['echo'], request, { stdout: full });
    expect(first.report).toMatchObject({ stopped: 'output', exitCode: 4, succeeded: 0 });
    expect((await run(['echo'], request)).stdout).toBe('a\nb\nc\n');
  });

  it('loses no done job and runs none again when it is killed, several times over', async () => {
    const dir = folder();
    const log = join(dir, 'log');
    const count = 120;
    const request = {
      ...requestOf(['sh', '-c', 'echo "$1" >> "$0"', log, '{}'], {
        journal: journalOf(join(dir, 'journal')),
      }),
      count,
    };
    const done = new Set<string>();
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, [fixture, JSON.stringify(request)], {
        stdio: ['ignore', 'ignore', 'inherit', 'ignore'],
      });
      const before = lines(log).length;
      while (lines(log).length < before + 12) await sleep(5);
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      for (const key of doneKeys(join(dir, 'journal'))) done.add(key);
    }
    await sleep(100);
    const ranBefore = lines(log).length;
    const { out } = await runScript('exec "$@" 3>&1 >/dev/null', request);
    const report = JSON.parse(out) as { succeeded: number; resumed: number };
    expect(report.succeeded).toBe(count);
    expect(report.resumed).toBeGreaterThanOrEqual(done.size);
    expect(lines(log).length - ranBefore).toBe(count - report.resumed);
    expect(new Set(lines(log)).size).toBe(count);
  });
});

/** What the journal says is done, by the letter of its lines. */
function doneKeys(file: string): string[] {
  return lines(file).flatMap(
    (line) => /"type":"done".*?"key":("(?:[^"\\]|\\.)*")/.exec(line)?.[1] ?? [],
  );
}

async function runScript(script: string, request: object): Promise<{ out: string }> {
  const args = ['-c', script, 'sh', process.execPath, fixture, JSON.stringify(request)];
  const child = spawn('/bin/sh', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  await new Promise((resolve) => child.once('close', resolve));
  return { out };
}
