import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, itemsOf, run } from '../../commands/running.ts';

const hasParallel = spawnSync('parallel', ['--version']).stdout?.includes('GNU parallel') ?? false;

interface LogLine {
  readonly seq: string;
  readonly host: string;
  readonly send: string;
  readonly receive: string;
  readonly exit: string;
  readonly signal: string;
  readonly command: string;
}

/** A log without its times, in order of sequence, after a check that the times have their form. */
function logLines(text: string): { header: string; lines: LogLine[] } {
  const [header = '', ...rest] = text.split('\n');
  const lines = rest.filter(Boolean).map((line) => {
    const [seq, host, start, runtime, send, receive, exit, signal, command] = line.split('\t');
    expect(start).toMatch(/^\d{10}\.\d{3}$/);
    expect(runtime).toMatch(/^[ \d]{6}\.\d{3}$/);
    return { seq, host, send, receive, exit, signal, command } as LogLine;
  });
  return { header, lines: lines.sort((a, b) => Number(a.seq) - Number(b.seq)) };
}

describe('the job log', () => {
  it('has one line per job, written when the job ended', async () => {
    const file = join(folder(), 'log');
    const script = 'printf %s {}; case {} in z) exit 3;; k) kill -9 $$;; s) sleep 9;; esac';
    await run([script], {
      items: itemsOf('a\tb', 'z', 'k', 's', "it's\n"),
      shell: true,
      timeoutMs: 200,
      joblog: file,
    });
    const { header, lines } = logLines(readFileSync(file, 'utf8'));
    expect(header).toBe(
      'Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand',
    );
    expect(lines.map(({ exit, signal, receive }) => [exit, signal, receive])).toEqual([
      ['0', '0', '3'],
      ['3', '0', '1'],
      ['0', '9', '1'],
      ['-1', '15', '1'],
      ['0', '0', '5'],
    ]);
    expect(lines[4]?.command).toContain('\0');
  });

  it.skipIf(!hasParallel)(
    'is the same as that of GNU parallel, times apart (skipped where that is not installed)',
    async () => {
      const dir = folder();
      const script =
        'printf %s {}; echo e >&2; case {} in z) exit 3;; k) kill -9 $$;; s) sleep 9;; esac';
      const values = ['a', 'b c', 'z', 'k', 's', 'x*y'];
      spawnSync('parallel', [
        '--joblog',
        join(dir, 'theirs'),
        '--timeout',
        '1',
        script,
        ':::',
        ...values,
      ]);
      await run([script], {
        items: itemsOf(...values),
        shell: true,
        timeoutMs: 1_000,
        joblog: join(dir, 'ours'),
      });
      const [ours, theirs] = ['ours', 'theirs'].map((name) =>
        logLines(readFileSync(join(dir, name), 'utf8')),
      );
      // Quoting differs in style ('x*y' and x\*y), so commands are compared by what a shell makes of them.
      const words = (command: string): string =>
        execFileSync('/bin/sh', [
          '-c',
          `printf '%s|' ${/%s (.*?);/.exec(command)?.[1]}`,
        ]).toString();
      const comparable = (log: typeof ours) =>
        log?.lines.map((line) => ({ ...line, command: words(line.command) }));
      expect(ours?.header).toBe(theirs?.header);
      expect(comparable(ours)).toEqual(comparable(theirs));
    },
  );

  it.skipIf(!hasParallel)(
    'can be read by GNU parallel (skipped where that is not installed)',
    async () => {
      const file = join(folder(), 'log');
      await run(['sh -c "exit $1" sh {}'.replace('$', '\\$')], {
        items: itemsOf('0', '7'),
        joblog: file,
      });
      const out = spawnSync('parallel', ['--retry-failed', '--joblog', file, '--dry-run']);
      expect(out.stdout.toString()).toContain('7');
      expect(out.stdout.toString()).not.toContain('sh 0');
    },
  );

  it('that cannot be written is refused before anything runs', async () => {
    const mark = join(folder(), 'mark');
    const refused = run(['touch', mark], { items: itemsOf('x'), joblog: '/no/such/folder/log' });
    await expect(refused).rejects.toMatchObject({ code: 'E_FILE' });
    expect(existsSync(mark)).toBe(false);
  });

  it('on a full disk is refused before anything runs', async () => {
    const mark = join(folder(), 'mark');
    const refused = run(['touch', mark], { items: itemsOf('x'), joblog: '/dev/full' });
    await expect(refused).rejects.toThrow('ENOSPC');
    expect(existsSync(mark)).toBe(false);
  });
});
