import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { templateFiller } from '../../../src/commands/template/fill-template.ts';
import { splitWords } from '../../../src/commands/template/split-words.ts';
import { parseTemplate, unknownNames } from '../../../src/commands/template/template.ts';

interface Filled {
  readonly columns?: readonly string[];
  readonly named?: Record<string, string>;
  readonly shell?: boolean;
}

function fill(words: readonly string[], { columns = ['a/b.c.txt'], named, shell = false }: Filled) {
  const template = parseTemplate(words, { shell, names: Object.keys(named ?? {}) });
  const item = named === undefined ? { columns } : { columns, named };
  const { file, args, command } = templateFiller(template)({ item, sequence: 7, slot: 2 });
  return { words: [file, ...args], command };
}

describe('replacement strings', () => {
  it.each([
    ['{}', 'a/b.c.txt'],
    ['{.}', 'a/b.c'],
    ['{/}', 'b.c.txt'],
    ['{//}', 'a'],
    ['{/.}', 'b.c'],
    ['{#}', '7'],
    ['{%}', '2'],
    ['{1}', 'a/b.c.txt'],
    ['{1.}', 'a/b.c'],
    ['{1//}', 'a'],
    ['{-1/}', 'b.c.txt'],
    ['x{}y{/.}z', 'xa/b.c.txtyb.cz'],
    ['{,}', '{,}'],
    ['{a b}', '{a b}'],
    ['${x}', '${x}'],
  ])('%s becomes %s', (text, expected) => {
    expect(fill(['echo', text, '{#}'], {}).words).toEqual(['echo', expected, '7']);
  });

  it.each([
    ['a.d/b', '{.}', 'a.d/b'],
    ['.hidden', '{.}', ''],
    ['plain', '{//}', '.'],
    ['/top', '{//}', '/'],
    ['a/b/', '{//}', 'a'],
    ['a/b/', '{/}', ''],
    ['/', '{//}', '/'],
    ['', '{}', ''],
  ])('of %j %s is %j', (item, text, expected) => {
    expect(fill(['echo', text], { columns: [item] }).words).toEqual(['echo', expected]);
  });

  it('appends {} to a template without any', () => {
    expect(fill(['gzip', '-9'], { columns: ['a b'] }).words).toEqual(['gzip', '-9', 'a b']);
    expect(fill(['gzip -9'], { columns: ['a b'] }).command).toBe("gzip -9 'a b'");
  });

  it('gives each column a word of its own where {} is a word, and joins them elsewhere', () => {
    const columns = ['a b', 'c'];
    expect(fill(['diff', '{}', 'x{}'], { columns }).words).toEqual(['diff', 'a b', 'c', 'xa b c']);
    expect(fill(['diff {}'], { columns, shell: true }).command).toBe("diff 'a b' c");
  });

  it('knows columns by name, also one that is called __proto__', () => {
    const named = Object.assign(Object.create(null) as Record<string, string>, {
      name: 'x.png',
      ['__proto__']: 'p',
    });
    named['__proto__'] = 'p';
    const { words } = fill(['echo', '{name} {name.} {__proto__} {other}'], { named });
    expect(words).toEqual(['echo', 'x.png x p {other}']);
    expect(unknownNames(['echo {name} {other} {a,b}'], ['name'])).toEqual(['{other}']);
  });

  it('refuses a column that the item does not have', () => {
    expect(() => fill(['echo', '{3}'], { columns: ['a', 'b'] })).toThrow(
      "{3} asks for more than the item's 2 columns",
    );
  });

  it('refuses an item with a NUL byte', () => {
    expect(() => fill(['echo', '{}'], { columns: ['a\0b'] })).toThrow('NUL byte');
  });
});

describe('a template that is one line', () => {
  it.each([
    [`convert {} {.}.png`, ['convert', '{}', '{.}.png']],
    [`echo 'a  b' "c 'd'" e\\ f ''`, ['echo', 'a  b', "c 'd'", 'e f', '']],
    [`awk '{print $1}' "\\$x" \\"`, ['awk', '{print $1}', '$x', '"']],
    [`echo 'a|b' "a > b" a\\&b '*' '~'`, ['echo', 'a|b', 'a > b', 'a&b', '*', '~']],
    ['  echo\ta  \n', ['echo', 'a']],
    ['[ -f {} ]', ['[', '-f', '{}', ']']],
    ['echo a#b a~b x=y', ['echo', 'a#b', 'a~b', 'x=y']],
    ['echo caf\u00e9 \u{1f389}', ['echo', 'caf\u00e9', '\u{1f389}']],
  ])('%j is cut at its blanks and unquoted', (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });

  it.each([
    ['cat {} | wc', '|'],
    ['a && b', '&&'],
    ['a || b', '||'],
    ['a; b', ';'],
    ['sleep 1 &', '&'],
    ['cat < {}', '<'],
    ['echo > x', '>'],
    ['echo >> x', '>>'],
    ['echo $HOME', '$HOME'],
    ['echo "$HOME"', '$HOME'],
    ['echo $(date)', '$('],
    ['echo "`date`"', '`'],
    ['ls *.txt', '*'],
    ['ls a?', '?'],
    ['ls [ab].txt', '['],
    ['ls ~/x', '~'],
    ['echo a # b', '#'],
    ['(a)', '('],
    ['if true', 'if'],
    ['! a', '!'],
    ['a\nb', 'a line break'],
  ])('%j is refused because of %s, and --shell is named', (line, operator) => {
    expect(() => splitWords(line)).toThrow(`\`${operator}\``);
    expect(() => splitWords(line)).toThrow('--shell');
  });

  it('refuses an assignment before the command and shows env instead', () => {
    expect(() => splitWords('A=1 cmd')).toThrow('env A=1');
  });

  it.each(["echo 'a", 'echo "a', 'echo \\'])('%j ends within a quotation', (line) => {
    expect(() => splitWords(line)).toThrow('ends within a quotation');
  });

  it('is not looked into when the words were given apart', () => {
    expect(fill(['grep', 'a|b', '{}'], { columns: ['f'] }).words).toEqual(['grep', 'a|b', 'f']);
  });

  it.each([[['']], [[' ']], [[]]])('refuses %j as nothing to run', (words) => {
    expect(() => fill(words, {})).toThrow('no command');
  });
});

describe('a template for a shell', () => {
  it.each([
    'echo $(( {} ))',
    'echo ${x:-{}}',
    'echo `cat {}`',
    'cat <<EOF\n{}\nEOF',
    "sh -c 'echo {}'",
    'bash -ec "echo {}"',
    'eval "echo {}"',
    '[[ {} -eq 0 ]]',
    "echo $'{}'",
    'if (( {} )); then :; fi',
  ])('refuses %j, where a value would be code or nonsense', (script) => {
    expect(() => fill([script], { shell: true })).toThrow('{} cannot stand');
  });

  it('refuses to make code of items for a shell that is called without --shell', () => {
    expect(() => fill(['sh', '-c', 'echo {}'], {})).toThrow('would make code of the items');
    expect(fill(['sh', '-c', 'echo "$1"', 'sh', '{}'], { columns: ['a'] }).words.at(-1)).toBe('a');
    expect(fill(['sh', '-c', '{}'], { columns: ['ls'] }).words).toEqual(['sh', '-c', 'ls']);
  });

  it('shows the command with its values quoted for their places', () => {
    const columns = [`it's $x`];
    const { command } = fill([`echo {} '{}' "{}" # {}`], { columns, shell: true });
    expect(command).toBe(`echo 'it'\\''s $x' 'it'\\''s $x' "it's \\$x" # 'it'\\''s $x'`);
  });

  it('leaves parameters and functions of the script alone', () => {
    const script = 'f() { printf "%s|" "$1" {}; }; f own; printf %s "$#"';
    const { words } = fill([script], { columns: ['x y'], shell: true });
    expect(execFileSync(words[0] as string, words.slice(1)).toString()).toBe('own|x y|0');
  });
});

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '*', '{', '}', ';', '-', '(', 'a', '#', '!', '~'), // prettier-ignore
    maxLength: 20,
  }),
  fc.constantFrom('$(touch x)', '`touch x`', "'; touch x; '", '-n', '--', '{}', '\u{1f389}', 'a\nb', '\r'), // prettier-ignore
);
const item = nasty
  .map((text) => text.replaceAll('\0', '').toWellFormed())
  .filter((text) => text.isWellFormed());

const places = [
  ['{}', 0],
  ['"{}"', 0],
  [`'{}'`, 0],
  [`"$(printf '%sE' {})"`, 'E'],
  [`"$(printf '%sE' "{}")"`, 'E'],
  [`"a{}b"c`, 'abc'],
  [`a'{}'"b"\\ c`, 'ab c'],
] as const;

describe('any item whatever', () => {
  it('comes through a shell unchanged at every place it may stand', () => {
    const script = `printf '%s\\037' ${places.map(([text]) => text).join(' ')}`;
    fc.assert(
      fc.property(item, (value) => {
        const { words } = fill([script], { columns: [value], shell: true });
        const out = execFileSync(words[0] as string, words.slice(1)).toString();
        const ends = [value, value, value, `${value}E`, `${value}E`, `a${value}bc`, `a${value}b c`];
        expect(out).toBe(ends.map((end) => `${end}\u001f`).join(''));
      }),
      { numRuns: 150 },
    );
  });

  it('means the same when the command that is shown is typed into a shell', () => {
    const templates: readonly [readonly string[], boolean][] = [
      [['printf', '%s|', '{}', 'a {} b'], false],
      [[`printf '%s|' {} 'a {} b'`], true],
      [[`printf '%s|' {} "a {} b"`], true],
    ];
    fc.assert(
      fc.property(item, fc.constantFrom(...templates), (value, [template, shell]) => {
        const { command } = fill(template, { columns: [value], shell });
        const out = execFileSync('/bin/sh', ['-c', command]).toString();
        expect(out).toBe(`${value}|a ${value} b|`);
      }),
      { numRuns: 150 },
    );
  });

  it('stays exactly inside its word without a shell', () => {
    fc.assert(
      fc.property(item, (value) => {
        const { words } = fill([`cmd --x={} {}`], { columns: [value] });
        expect(words).toEqual(['cmd', `--x=${value}`, value]);
      }),
    );
  });
});
