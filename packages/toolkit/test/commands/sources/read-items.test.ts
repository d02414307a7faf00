import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandItem } from '../../../src/commands/item.ts';
import { type ItemOptions, readItems } from '../../../src/commands/sources/read-items.ts';
import { parseSourceArguments } from '../../../src/commands/sources/source-arguments.ts';
import { folder } from '../running.ts';

async function* bytes(...pieces: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}

function read(args: readonly string[], options: Partial<ItemOptions> = {}) {
  const { groups } = parseSourceArguments(args);
  return readItems({
    groups,
    stdin: bytes(''),
    nul: false,
    colsep: undefined,
    csvDelimiter: undefined,
    header: false,
    skipEmpty: false,
    ...options,
  });
}

async function all(items: AsyncIterable<CommandItem>): Promise<CommandItem[]> {
  const list: CommandItem[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function texts(args: readonly string[], options: Partial<ItemOptions> = {}) {
  const items = await all(read(args, options).items);
  return items.map(({ columns, problem }) => problem ?? columns.join(' '));
}

describe('sources on the command line', () => {
  it('are cut from the command at the first :::', () => {
    expect(parseSourceArguments(['echo', '{}', ':::', 'a', ':::+', 'b', '::::', 'f'])).toEqual({
      command: ['echo', '{}'],
      groups: [
        { kind: 'values', linked: false, words: ['a'] },
        { kind: 'values', linked: true, words: ['b'] },
        { kind: 'files', linked: false, words: ['f'] },
      ],
    });
    expect(() => parseSourceArguments([':::+', 'a'])).toThrow('source before it');
    expect(() => parseSourceArguments(['::::'])).toThrow('name of a file');
  });

  it.each([
    ['::: a b', 'a;b', 2],
    ['::: A B ::: 1 2', 'A 1;A 2;B 1;B 2', 4],
    ['::: A B C :::+ 1 2', 'A 1;B 2', 2],
    ['::: A B ::: 1 2 :::+ x y z', 'A 1 x;A 2 y;B 1 x;B 2 y', 4],
    ['::: A :::+ 1 2 3 ::: p q', 'A 1 p;A 1 q', 2],
    [':::', '', 0],
    ['::: a b ::: ', '', 0],
  ])('%s gives %s', async (args, expected, total) => {
    const words = args.trim().split(' ');
    expect((await texts(words)).join(';')).toBe(expected);
    expect(read(words).total).toBe(total);
  });

  it('may have a header each', async () => {
    const items = await all(read([':::', 'n', '1', '2', ':::', 'm', 'x'], { header: true }).items);
    expect(items).toEqual([
      { columns: ['1', 'x'], named: { n: '1', m: 'x' } },
      { columns: ['2', 'x'], named: { n: '2', m: 'x' } },
    ]);
    await expect(texts([':::', 'n', '1', ':::', 'n', 'x'], { header: true })).rejects.toThrow(
      'two sources name "n"',
    );
  });
});

describe('lines', () => {
  it.each([
    [['a\nb\n'], ['a', 'b']],
    [['a\nb'], ['a', 'b']],
    [['a\r\nb\r\n'], ['a', 'b']],
    [['a\n\nb\n'], ['a', '', 'b']],
    [[''], []],
    [['\n'], ['']],
    [['\ufeffa\n\ufeffb'], ['a', '\ufeffb']],
    [
      ['ca', 'f', Buffer.from([0xc3]), Buffer.from([0xa9]), '\n\u{1f389}'],
      ['caf\u00e9', '\u{1f389}'],
    ],
  ])('%j are %j', async (pieces, expected) => {
    expect(await texts([], { stdin: bytes(...pieces) })).toEqual(expected);
  });

  it('leave out those of white space only when asked', async () => {
    const stdin = bytes('a\n\n \t\nb\n');
    expect(await texts([], { stdin, skipEmpty: true })).toEqual(['a', 'b']);
  });

  it('end with NUL instead, and hold anything else', async () => {
    const stdin = bytes('a\nb\0\0c\r\0d');
    expect(await texts([], { stdin, nul: true })).toEqual(['a\nb', '', 'c\r', 'd']);
  });

  it('that are not UTF-8 or hold NUL have a problem that names them, and the others go on', async () => {
    const stdin = bytes('a\n', Buffer.from([0xff, 0x0a]), 'b\0c\nd\n');
    expect(await texts([], { stdin })).toEqual([
      'a',
      'line 2 of the standard input is not valid UTF-8',
      'line 3 of the standard input holds a NUL byte; -0 reads records that end with one',
      'd',
    ]);
  });

  it('are refused in UTF-16 and when they never end', async () => {
    await expect(texts([], { stdin: bytes(Buffer.from([0xff, 0xfe, 0x61, 0])) })).rejects.toThrow(
      'UTF-16',
    );
    const piece = Buffer.alloc(1024 * 1024, 'a');
    async function* endless() {
      for (;;) yield piece;
    }
    await expect(texts([], { stdin: endless() })).rejects.toThrow('longer than');
  });

  it('are cut into columns at a separator', async () => {
    const items = await all(read([], { stdin: bytes('a  b\nc d e\n'), colsep: / +/ }).items);
    expect(items.map(({ columns }) => columns)).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
  });

  it('come from files, each a source of its own, and - is the standard input', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'f'), '1\n2\n');
    const args = ['::::', '-', join(dir, 'f')];
    expect(await texts(args, { stdin: bytes('a\nb') })).toEqual(['a 1', 'a 2', 'b 1', 'b 2']);
    await expect(texts(['::::', join(dir, 'no')])).rejects.toMatchObject({ code: 'E_SOURCE' });
    mkdirSync(join(dir, 'd'));
    await expect(texts(['::::', join(dir, 'd')])).rejects.toThrow('EISDIR');
  });

  it('are read no faster than they are needed', async () => {
    let given = 0;
    async function* source() {
      for (;;) yield Buffer.from(`${given++}\n`);
    }
    const { items } = read([], { stdin: source() });
    for await (const item of items) if (item.columns[0] === '9') break;
    expect(given).toBeLessThan(13);
  });
});

describe('CSV', () => {
  const csv = { csvDelimiter: ',', header: true };

  it('has quotes, line breaks within them, a byte order mark and CRLF', async () => {
    const stdin = bytes('\ufeffname,note\r\n"a,b","x\r\ny ""q"""\r\n\r\n c ,\r\n');
    const items = await all(read([], { ...csv, stdin }).items);
    expect(items.map(({ named }) => ({ ...named }))).toEqual([
      { name: 'a,b', note: 'x\r\ny "q"' },
      { name: ' c ', note: '' },
    ]);
  });

  it('keeps a column called __proto__ as any other', async () => {
    const [item] = await all(
      read([], { ...csv, stdin: bytes('__proto__,constructor\n1,2\n') }).items,
    );
    expect(Object.getPrototypeOf(item?.named)).toBeNull();
    expect(Object.entries(item?.named ?? {})).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });

  it('refuses a header with a name twice', async () => {
    await expect(texts([], { ...csv, stdin: bytes('a,b,a\n1,2,3\n') })).rejects.toThrow(
      '"a" twice',
    );
  });

  it('gives a record of another width a problem that names its line', async () => {
    expect(await texts([], { ...csv, stdin: bytes('a,b\n1\n2,3\n') })).toEqual([
      'line 2 of the standard input has 1 columns, the first has 2',
      '2 3',
    ]);
  });

  it('refuses a quote that never closes, long before the end of the file', async () => {
    let given = 0;
    async function* endless() {
      yield Buffer.from('a,"');
      for (;;) {
        given++;
        yield Buffer.alloc(100_000, 'x');
      }
    }
    await expect(texts([], { csvDelimiter: ',', stdin: endless() })).rejects.toMatchObject({
      code: 'E_SOURCE',
    });
    expect(given).toBeLessThan(100);
  });

  it('that is not UTF-8 is refused with its line', async () => {
    const stdin = bytes('a,b\n1,2\n', Buffer.from([0xe9, 0x2c, 0x0a]));
    await expect(texts([], { csvDelimiter: ',', stdin })).rejects.toThrow(
      'not valid UTF-8, at or after line 3',
    );
  });

  it('may be separated by tabs', async () => {
    expect(await texts([], { csvDelimiter: '\t', stdin: bytes('a b\tc\n') })).toEqual(['a b c']);
  });
});
