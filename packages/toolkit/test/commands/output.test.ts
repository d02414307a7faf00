import { execFileSync, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runCommands } from '../../dist/commands/run-commands.js';
import { LinePrefixer } from '../../src/runs/output/line-prefixer.ts';
import { LineCutter, LONGEST_LINE_BYTES } from '../../src/runs/output/line-cutter.ts';
import { itemsOf, Kept, requestOf, run } from './running.ts';

const chatter = ['sh', '-c', 'for i in 1 2 3 4 5 6 7 8; do echo "$1 out $i"; echo "$1 err $i" >&2; sleep 0.01; done', 'sh']; // prettier-ignore
const items = itemsOf('a', 'b', 'c', 'd');

describe('grouped output', () => {
  it('never mixes jobs, on either stream', async () => {
    const { stdout, stderr } = await run(chatter, { items, jobs: 4 });
    for (const [text, name] of [
      [stdout, 'out'],
      [stderr, 'err'],
    ] as const) {
      const order = text
        .split('\n')
        .filter(Boolean)
        .map((line) => line[0]);
      expect(order.join('')).toMatch(
        /^([abcd])\1{7}(?!\1)([abcd])\2{7}(?!\2)([abcd])\3{7}(?!\3)([abcd])\4{7}$/,
      );
      expect(text.match(/ (\w+) /)?.[1]).toBe(name);
    }
  });

  it('is passed on byte for byte', async () => {
    const { stdout } = await run(['printf', '\\377\\000%s'], { items: itemsOf('x') });
    expect(stdout).toBe(Buffer.from([0xff, 0, 0x78]).toString());
  });

  it('leaves nothing behind in the folder for temporary files', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('atonce-')).length;
    await run(['echo'], { items });
    const after = readdirSync(tmpdir()).filter(
      (name) => name.startsWith('atonce-') && !name.startsWith('atonce-test'),
    ).length;
    expect(after).toBeLessThanOrEqual(before);
  });

  it('lets a job open /dev/stderr and /dev/stdout anew', async () => {
    const script = 'echo one; echo two > /dev/stdout; echo three; echo four > /dev/stderr';
    const { stdout, stderr } = await run(['sh', '-c', script], { items: itemsOf('x') });
    expect(stdout).not.toContain('\0');
    expect(stdout).toMatch(/three\n$/);
    expect(stderr).toBe('four\n');
  });

  it('waits for a slow reader and goes on', async () => {
    const slow = new (class extends Writable {
      bytes = 0;
      override _write(chunk: Buffer, _encoding: string, done: () => void): void {
        this.bytes += chunk.length;
        setTimeout(done, 1);
      }
    })();
    const request = requestOf(['head', '-q', '-c', '400000', '{}'], {
      items: itemsOf('/dev/zero', '/dev/zero', '/dev/zero'),
    });
    const report = await runCommands(request, { stdout: slow, stderr: new Kept() });
    expect(report.failed).toBe(0);
    expect(slow.bytes).toBe(1_200_000);
  });
});

describe('output by lines', () => {
  it('comes while jobs run, whole lines at a time', async () => {
    const { stdout } = await run(chatter, { items, jobs: 4, output: 'line' });
    const lines = stdout.split('\n').filter(Boolean);
    expect(lines).toHaveLength(32);
    for (const line of lines) expect(line).toMatch(/^[abcd] out [1-8]$/);
    expect(lines.map((line) => line[0]).join('')).not.toMatch(
      /^(\w)\1{7}(\w)\2{7}(\w)\3{7}(\w)\4{7}$/,
    );
  });

  it('ends a last line that had no end', async () => {
    const { stdout } = await run(['printf', 'no end'], { items: itemsOf('%'), output: 'line' });
    expect(stdout).toBe('no end\n');
  });

  it('cuts a line of more than 1 MiB and says so', async () => {
    const { stdout, report } = await run(['sh', '-c', 'head -c 2500000 /dev/zero | tr "\\0" x'], {
      items: itemsOf('a'),
      output: 'line',
    });
    expect(stdout.replaceAll('\n', '')).toHaveLength(2_500_000);
    expect(report.warnings).toEqual([
      'job 1 wrote a line of more than 1 MiB, which was cut into several',
    ]);
  });
});

describe('tags', () => {
  it.each(['group', 'line'] as const)('mark every line of %s output', async (output) => {
    const { stdout, stderr } = await run(['sh', '-c', 'printf "1\\n2"; echo 3 >&2', 'sh', '{}'], {
      items: itemsOf('b c', 'x\ny'),
      output,
      tag: true,
      jobs: 1,
    });
    expect(stdout).toBe('b c\t1\nb c\t2\nx y\t1\nx y\t2\n');
    expect(stderr).toBe('b c\t3\nx y\t3\n');
  });
});

describe('grouped lines with tags', () => {
  it('may be of any length', async () => {
    const { stdout, report } = await run(['sh', '-c', 'head -c 2500000 /dev/zero | tr "\\0" x'], {
      items: itemsOf('a'),
      tag: true,
    });
    expect(stdout).toBe(`a\t${'x'.repeat(2_500_000)}\n`);
    expect(report.warnings).toEqual([]);
  });

  it('are the same however the pieces fall', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', '\n', '\u00e9') })), (texts) => {
        const prefixer = new LinePrefixer('> ');
        const out = [...texts.map((text) => prefixer.push(Buffer.from(text))), prefixer.finish()];
        const all = texts.join('');
        const lines = all.split('\n').slice(0, all.endsWith('\n') || all === '' ? -1 : undefined);
        expect(Buffer.concat(out).toString()).toBe(lines.map((line) => `> ${line}\n`).join(''));
      }),
    );
  });
});

describe('raw output', () => {
  it('is passed on as it comes', async () => {
    const { stdout } = await run(['printf', '%s'], {
      items: itemsOf('a', 'b'),
      output: 'raw',
      jobs: 1,
    });
    expect(stdout).toBe('ab');
  });
});

describe('lines cut from pieces', () => {
  it('are the same however the pieces fall', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', '\n', '\u00e9') })), (texts) => {
        const cutter = new LineCutter('> ');
        const out = [...texts.map((text) => cutter.push(Buffer.from(text))), cutter.finish()];
        const all = texts.join('');
        const lines = all.split('\n').slice(0, all.endsWith('\n') || all === '' ? -1 : undefined);
        expect(Buffer.concat(out).toString()).toBe(lines.map((line) => `> ${line}\n`).join(''));
        for (const piece of out) if (piece.length > 0) expect(piece.at(-1)).toBe(10);
      }),
    );
  });

  it('are never held beyond the longest', () => {
    const cutter = new LineCutter('');
    const piece = Buffer.alloc(100_000, 'x');
    let held = 0;
    for (let at = 0; at < 100; at++) {
      held += piece.length - cutter.push(piece).length;
      expect(held).toBeLessThanOrEqual(LONGEST_LINE_BYTES + piece.length);
    }
  });
});

describe('an output that closes', () => {
  it('ends the run quietly with the code of SIGPIPE', async () => {
    const closing = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new TypeError('write EPIPE'), { code: 'EPIPE' }));
      },
    });
    const report = await runCommands(
      requestOf(['sh', '-c', 'echo x; sleep 0.1'], { items: itemsOf(...Array.from('abcdefghij')) }),
      { stdout: closing, stderr: new Kept() },
    );
    expect(report).toMatchObject({ stopped: 'signal', exitCode: 141, problem: undefined });
    expect(report.succeeded).toBeLessThan(10);
  });

  it('as a pipe into head does, in every mode, without a word on stderr', async () => {
    for (const output of ['group', 'line', 'raw']) {
      const program = `
        import { runCommands } from ${JSON.stringify(new URL('../../dist/commands/run-commands.js', import.meta.url).href)};
        const items = Array.from({ length: 40 }, (_, at) => ({ columns: [String(at)] }));
        const report = await runCommands({ ...${JSON.stringify(requestOf(['seq', '1', '20000'], { output: output as 'group' }))}, items, timeoutMs: null }, { stdout: process.stdout, stderr: process.stderr });
        process.exitCode = report.exitCode;
      `;
      const child = spawn('/bin/sh', ['-c', '"$@" | head -n 1; sleep 0', 'sh', process.execPath, '--input-type=module', '-e', program]); // prettier-ignore
      const text = { out: '', err: '' };
      child.stdout.on('data', (chunk) => (text.out += String(chunk)));
      child.stderr.on('data', (chunk) => (text.err += String(chunk)));
      await new Promise((resolve) => child.once('close', resolve));
      expect(text).toEqual({ out: '1\n', err: '' });
    }
  });

  it('by a full disk stops the run and says what is full', async () => {
    const full = new Writable({
      write(_chunk, _encoding, done) {
        done(
          Object.assign(new TypeError('ENOSPC: no space left on device, write'), {
            code: 'ENOSPC',
          }),
        );
      },
    });
    const report = await runCommands(requestOf(['echo'], { items }), {
      stdout: full,
      stderr: new Kept(),
    });
    expect(report).toMatchObject({
      stopped: 'output',
      problem: 'stdout: no space left on the device (ENOSPC)',
      exitCode: 1,
    });
  });

  it('by a full device is told the same', async () => {
    const program = `
      import { runCommands } from ${JSON.stringify(new URL('../../dist/commands/run-commands.js', import.meta.url).href)};
      const items = [{ columns: ['a'] }, { columns: ['b'] }];
      const report = await runCommands({ ...${JSON.stringify(requestOf(['echo']))}, items, timeoutMs: null }, { stdout: process.stdout, stderr: process.stderr });
      process.stderr.write(report.problem);
    `;
    const script = '"$@" 2>&1 >/dev/full';
    const out = execFileSync('/bin/sh', ['-c', script, 'sh', process.execPath, '--input-type=module', '-e', program]); // prettier-ignore
    expect(out.toString()).toBe('stdout: no space left on the device (ENOSPC)');
  });
});
