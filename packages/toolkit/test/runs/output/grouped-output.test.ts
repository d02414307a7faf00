import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runCommands } from '../../../dist/commands/run-commands.js';
import { itemsOf, Kept, requestOf, run } from '../../commands/running.ts';

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

describe('grouped lines with tags', () => {
  it('may be of any length', async () => {
    const { stdout, report } = await run(['sh', '-c', 'head -c 2500000 /dev/zero | tr "\\0" x'], {
      items: itemsOf('a'),
      tag: true,
    });
    expect(stdout).toBe(`a\t${'x'.repeat(2_500_000)}\n`);
    expect(report.warnings).toEqual([]);
  });
});
