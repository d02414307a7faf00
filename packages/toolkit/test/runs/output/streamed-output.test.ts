import { describe, expect, it } from 'vitest';
import { itemsOf, run } from '../../commands/running.ts';

const chatter = ['sh', '-c', 'for i in 1 2 3 4 5 6 7 8; do echo "$1 out $i"; echo "$1 err $i" >&2; sleep 0.01; done', 'sh']; // prettier-ignore
const items = itemsOf('a', 'b', 'c', 'd');

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
