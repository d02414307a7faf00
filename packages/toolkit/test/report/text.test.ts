import { expect, test } from 'vitest';
import { line, type Section, span } from '../../src/report/section.ts';
import { renderText, type TextStyle } from '../../src/report/text.ts';
import { estimateWidth } from '../../src/report/text-width.ts';
import { visibleText } from '../../src/report/visible-text.ts';

const style: TextStyle = {
  width: undefined,
  measure: estimateWidth,
  paint: (tone, text) => (tone === 'plain' || text === '' ? text : `<${tone}>${text}</>`),
  ellipsis: '~',
};

const table: Section = {
  kind: 'table',
  columns: [
    { title: 'time', align: 'right' },
    { title: 'command', shrink: true },
  ],
  rows: [
    ['3 ms', 'true'],
    [span('bad', '12.5 s'), 'convert a-very-long-name.svg'],
  ],
};

test('lines, headings and verbatim text become text', () => {
  const sections: Section[] = [
    { kind: 'heading', text: 'Title' },
    line('a ', span('good', 'b')),
    { kind: 'verbatim', text: 'as\nit is' },
  ];
  expect(renderText(sections, style)).toBe('<strong>Title</>\na <good>b</>\nas\nit is');
});

test('columns of a table stand under each other, and colours do not move them', () => {
  expect(renderText([table], style)).toBe(
    [
      '  <dim>time</>  <dim>command</>',
      '  3 ms  true',
      '<bad>12.5 s</>  convert a-very-long-name.svg',
      '',
    ].join('\n'),
  );
});

test('of several columns that may shrink the last gives way first', () => {
  const section: Section = {
    kind: 'table',
    columns: [{ shrink: true }, { shrink: true }],
    rows: [['name-of-a-task-there', 'command-of-many-words']],
  };
  const at = (width: number): string => renderText([section], { ...style, width });
  expect(at(34)).toBe('name-of-a-task-there  comman~words\n');
  expect(at(20)).toBe('name-~here  comm~rds\n');
});

test('in a narrow terminal the column that may shrink is cut in its middle', () => {
  const text = renderText([table], { ...style, width: 24, paint: (_tone, cell) => cell });
  expect(text.split('\n')).toEqual([
    '  time  command',
    '  3 ms  true',
    '12.5 s  convert ~ame.svg',
    '',
  ]);
});

test('a column that may wrap goes on below itself', () => {
  const wrapping: Section = {
    kind: 'table',
    columns: [{}, { wrap: true }],
    rows: [['note', 'these words do not fit into one line']],
  };
  expect(renderText([wrapping], { ...style, width: 26 })).toBe(
    'note  these words do not\n      fit into one line\n',
  );
});

test('a table without titles has no header line, and missing cells are empty', () => {
  const bare: Section = { kind: 'table', columns: [{}, {}], rows: [['a'], ['b', 'c']] };
  expect(renderText([bare], style)).toBe('a\nb  c\n');
});

test('text that is shown cannot command the terminal', () => {
  expect(visibleText('a\u001b[31mred\u001b[0m\tb\r\nc')).toBe('ared b c');
  expect(visibleText('\u001b]0;title\u0007x\u001b]8;;http://a\u001b\\y')).toBe('xy');
  expect(visibleText('\u202egpj.exe\u0085z\u009b2Jq')).toBe(' gpj.exe z 2Jq');
});
