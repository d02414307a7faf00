import { execFileSync, spawn } from 'node:child_process';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runCommands } from '../../dist/commands/run-commands.js';
import { itemsOf, Kept, requestOf } from '../commands/running.ts';

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
    const report = await runCommands(requestOf(['echo'], { items: itemsOf('a', 'b') }), {
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
