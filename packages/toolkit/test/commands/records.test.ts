import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeName } from '../../src/runs/records/results-folder.ts';
import { folder, itemsOf, run } from './running.ts';

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

describe('the results folder', () => {
  it.skipIf(!hasParallel)(
    'is laid out as that of GNU parallel (skipped where that is not installed)',
    async () => {
      const dir = folder();
      const values = ['a/b', 'x\ty', 'b\\s', 'plain', '\u{1f389}'];
      spawnSync('parallel', [
        '--results',
        join(dir, 'theirs'),
        'echo {1} {2}; echo e >&2',
        ':::',
        ...values,
        ':::',
        'q',
        'r',
      ]);
      const items = values.flatMap((value) =>
        ['q', 'r'].map((other) => ({ columns: [value, other] })),
      );
      await run(['echo {1} {2}; echo e >&2'], {
        items,
        shell: true,
        resultsDir: join(dir, 'ours'),
      });
      const [ours, theirs] = ['ours', 'theirs'].map((name) =>
        readdirSync(join(dir, name), { recursive: true }).map(String).sort(),
      );
      expect(ours).toEqual(theirs);
      for (const file of ours?.filter((name) => /(stdout|stderr|seq)$/.test(name)) ?? []) {
        expect(readFileSync(join(dir, 'ours', file), 'utf8')).toBe(
          readFileSync(join(dir, 'theirs', file), 'utf8'),
        );
      }
    },
  );

  it('keeps output and passes it on, in every mode', async () => {
    for (const output of ['group', 'line', 'raw'] as const) {
      const dir = folder();
      const ran = await run(['echo {}; echo e >&2'], {
        items: itemsOf('a'),
        shell: true,
        resultsDir: dir,
        output,
      });
      expect(ran.stdout).toBe('a\n');
      expect(readFileSync(join(dir, '1/a/stdout'), 'utf8')).toBe('a\n');
      expect(readFileSync(join(dir, '1/a/stderr'), 'utf8')).toBe('e\n');
      expect(readFileSync(join(dir, '1/a/seq'), 'utf8')).toBe('1');
    }
  });

  it('gives equal items folders of their own', async () => {
    const dir = folder();
    await run(['echo', '{#}'], { items: itemsOf('a', 'a', 'a'), resultsDir: dir });
    const all = readdirSync(join(dir, '1')).map((name) =>
      readFileSync(join(dir, '1', name, 'stdout'), 'utf8'),
    );
    expect(all.sort()).toEqual(['1\n', '2\n', '3\n']);
  });

  it('is never left, whatever the items and names are', async () => {
    const dir = folder();
    const inner = join(dir, 'inner');
    const nasty = ['..', '.', '', '../x', '/etc/passwd', 'a/../../b', '\n', 'x'.repeat(5_000), '\u{1f389}'.repeat(100), 'stdout', 'seq', '__proto__', 'constructor', '~', '-rf']; // prettier-ignore
    const items = nasty.map((value) => ({
      columns: [value],
      named: Object.assign(Object.create(null) as Record<string, string>, { '../n': value }),
    }));
    const { report } = await run(['true'], { items, resultsDir: inner });
    expect(report).toMatchObject({ succeeded: nasty.length, failed: 0 });
    expect(readdirSync(dir)).toEqual(['inner']);
    expect(readdirSync(inner)).toEqual(['..\\_n']);
    expect(readdirSync(join(inner, '..\\_n'))).toHaveLength(nasty.length);
  });

  it('follows no symbolic link in place of a file', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'precious'), 'keep');
    mkdirSync(join(dir, 'results/1/a'), { recursive: true });
    symlinkSync(join(dir, 'precious'), join(dir, 'results/1/a/stdout'));
    const { report } = await run(['echo'], {
      items: itemsOf('a'),
      resultsDir: join(dir, 'results'),
    });
    expect(report.failed).toBe(1);
    expect(readFileSync(join(dir, 'precious'), 'utf8')).toBe('keep');
  });

  it('makes of every text a name of its own, in at most 200 bytes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\\', '/', '.', 'e', 't', '\t', '\0', '~', '#', '_') }),
      fc.string({ unit: 'grapheme', minLength: 150, maxLength: 400 }),
    );
    fc.assert(
      fc.property(text, text, (one, other) => {
        const name = safeName(one);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
        expect(name).not.toMatch(/[/\0\n]|^\.{0,2}$|\uFFFD$/);
        if (one.isWellFormed() && other.isWellFormed() && one !== other) {
          expect(safeName(other)).not.toBe(name);
        }
      }),
    );
  });
});

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly tid?: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly args: Record<string, unknown>;
}

describe('the trace', () => {
  it('has a lane per slot, a bar per job and a curve of how many run', async () => {
    const file = join(folder(), 'trace.json');
    await run(['sh', '-c', 'sleep 0.05; exit $1', 'sh'], {
      items: itemsOf('0', '0', '1', '0'),
      trace: file,
    });
    const events = JSON.parse(readFileSync(file, 'utf8')) as TraceEvent[];
    const bars = events.filter(({ ph }) => ph === 'X');
    expect(bars).toHaveLength(4);
    expect(new Set(bars.map(({ args }) => args['sequence']))).toEqual(new Set([1, 2, 3, 4]));
    for (const { dur } of bars) expect(dur).toBeGreaterThan(45_000);
    for (const tid of [1, 2]) {
      const lane = bars.filter((bar) => bar.tid === tid).sort((a, b) => (a.ts ?? 0) - (b.ts ?? 0));
      expect(events).toContainEqual(
        expect.objectContaining({ ph: 'M', tid, args: { name: `slot ${tid}` } }),
      );
      expect((lane[1]?.ts ?? 0) + 2_000).toBeGreaterThan((lane[0]?.ts ?? 0) + (lane[0]?.dur ?? 0));
    }
    const curve = events.filter(({ ph }) => ph === 'C').map(({ args }) => args['jobs']);
    expect(Math.max(...(curve as number[]))).toBe(2);
    expect(curve.at(-1)).toBe(0);
  });

  it('is valid JSON at any moment', async () => {
    const file = join(folder(), 'trace.json');
    let seen = 0;
    await run(
      ['true'],
      { items: itemsOf(...Array.from('abcdefgh')), trace: file },
      {
        onEvent: () => {
          seen = Math.max(seen, (JSON.parse(readFileSync(file, 'utf8')) as unknown[]).length);
        },
      },
    );
    expect(seen).toBeGreaterThan(8);
  });
});
