import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LiveScreen } from '../../../../src/faces/cli/progress/live-screen.ts';
import { TerminalModel } from './terminal-model.ts';

function setUp(columns = 80): { terminal: TerminalModel; screen: LiveScreen } {
  const terminal = new TerminalModel(columns);
  return { terminal, screen: new LiveScreen(terminal) };
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

test('frames are drawn over each other, in one write each', () => {
  const { terminal, screen } = setUp();
  screen.draw(['one', 'two', 'three']);
  screen.draw(['ONE']);
  screen.draw(['eins', 'zwei']);
  expect(terminal.lines).toEqual(['eins', 'zwei']);
  expect(terminal.writes).toBe(3);
});

test('a frame that changes nothing is not written', () => {
  const { terminal, screen } = setUp();
  screen.draw(['one']);
  screen.draw(['one']);
  expect(terminal.writes).toBe(1);
});

test('the cursor is hidden by the first frame and shown when the region goes', () => {
  const { terminal, screen } = setUp();
  expect(terminal.cursorVisible).toBe(true);
  screen.draw(['one']);
  expect(terminal.cursorVisible).toBe(false);
  expect(screen.cursorHidden).toBe(true);
  screen.clear();
  expect(terminal.cursorVisible).toBe(true);
  expect(terminal.lines).toEqual(['']);
});

test('what is printed stands above the region, in one write', () => {
  const { terminal, screen } = setUp();
  screen.draw(['bar']);
  screen.print(bytes('a\nb\n'));
  expect(terminal.lines).toEqual(['a', 'b', 'bar']);
  expect(terminal.writes).toBe(2);
});

test('a line that has not ended waits above the region and is continued', () => {
  const { terminal, screen } = setUp();
  screen.draw(['bar']);
  screen.print(bytes('half '));
  expect(terminal.lines).toEqual(['half', 'bar']);
  screen.draw(['BAR', 'job']);
  screen.print(bytes('whole\n'));
  expect(terminal.lines).toEqual(['half whole', 'BAR', 'job']);
});

test('while an unfinished line fills the terminal the region is away', () => {
  const { terminal, screen } = setUp(10);
  screen.draw(['bar']);
  screen.print(bytes('0123456789abc'));
  screen.draw(['BAR']);
  expect(terminal.lines).toEqual(['0123456789', 'abc']);
  screen.print(bytes('\n'));
  screen.draw(['BAR']);
  expect(terminal.lines).toEqual(['0123456789', 'abc', 'BAR']);
});

test.each([
  ['half a character', Buffer.from('é').subarray(0, 1)],
  ['a cursor movement', bytes('x\u001b[5C')],
  ['a tab', bytes('a\tb')],
  ['bytes that are no text', Buffer.from([0xff, 0xfe])],
])('after %s the region is away until the line ends', (_what, chunk) => {
  const writes: string[] = [];
  const write = (out: Uint8Array): boolean => {
    writes.push(Buffer.from(out).toString('latin1'));
    return true;
  };
  const screen = new LiveScreen({ columns: 80, rows: 24, write });
  screen.draw(['bar']);
  screen.print(chunk);
  expect(writes.at(-1)).not.toContain('bar');
  const count = writes.length;
  screen.draw(['BAR']);
  expect(writes.length).toBe(count);
  screen.print(bytes('\n'));
  screen.draw(['BAR']);
  expect(writes.at(-1)).toContain('BAR');
});

test('a line of our own never goes on where something else stopped', () => {
  const { terminal, screen } = setUp();
  screen.print(bytes('half'));
  screen.draw(['bar']);
  screen.printLine('note');
  expect(terminal.lines).toEqual(['half', 'note', 'bar']);
  screen.clear();
  screen.endLine();
  expect(terminal.lines).toEqual(['half', 'note', '']);
});

test('bytes reach the terminal unchanged, and the writer is told when', () => {
  const { terminal, screen } = setUp();
  let done = 0;
  screen.print(bytes('a\n'), () => (done += 1));
  screen.draw(['bar']);
  screen.print(bytes('b\n'), () => (done += 1));
  expect(done).toBe(2);
  expect(terminal.lines).toEqual(['a', 'b', 'bar']);
});

test('a terminal that became narrower is cleaned of the wrapped lines too', () => {
  const { terminal, screen } = setUp(20);
  screen.draw(['0123456789abcde', 'x']);
  const narrow = new TerminalModel(10);
  terminal.columns = 10;
  // What a terminal that wraps anew shows now.
  narrow.write(bytes('0123456789abcde\nx'));
  const sent: string[] = [];
  terminal.write = (out) => {
    sent.push(Buffer.from(out).toString());
    return narrow.write(out);
  };
  screen.draw(['new']);
  expect(narrow.lines).toEqual(['new']);
  expect(sent).toHaveLength(1);
});

test('whatever is printed between whatever frames, nothing is lost, torn or left over', () => {
  const text = fc
    .array(fc.constantFrom('a', 'bc', 'defg', '\n', ' ', '\n\n', '1234567890123'), { maxLength: 6 })
    .map((parts) => parts.join(''));
  const frame = fc.array(fc.constantFrom('=', '==job==', '=bar 3/9='), { maxLength: 4 });
  const step = fc.oneof(
    text.map((value) => ({ kind: 'print' as const, value })),
    frame.map((value) => ({ kind: 'draw' as const, value })),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { terminal, screen } = setUp(12);
      const plain = new TerminalModel(12);
      for (const { kind, value } of steps) {
        if (kind === 'draw') {
          screen.draw(value);
          continue;
        }
        screen.print(bytes(value));
        plain.write(bytes(value));
      }
      screen.clear();
      expect(terminal.lines.join('\n').trimEnd()).toBe(plain.lines.join('\n').trimEnd());
      expect(terminal.cursorVisible).toBe(true);
    }),
    { numRuns: 500 },
  );
});
