import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeName } from '../../../src/runs/records/results-folder.ts';
import { folder, itemsOf, run } from '../../commands/running.ts';

const hasParallel = spawnSync('parallel', ['--version']).stdout?.includes('GNU parallel') ?? false;

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
