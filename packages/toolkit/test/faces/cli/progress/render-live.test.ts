import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGlyphs } from '../../../../src/faces/cli/glyphs.ts';
import { createPaint } from '../../../../src/faces/cli/paint.ts';
import type { LiveStyle } from '../../../../src/faces/cli/progress/live-style.ts';
import { renderLive } from '../../../../src/faces/cli/progress/render-live.ts';
import { initialState, type ProgressState } from '../../../../src/faces/cli/progress/state.ts';
import { loadMeasure } from '../../../../src/report/text-width.ts';

const measure = await loadMeasure();

function style(changes: Partial<LiveStyle> = {}): LiveStyle {
  const paint = createPaint(false);
  return { columns: 80, rows: 24, paint, glyphs: createGlyphs(true), measure, ...changes };
}

/** Half-way through 100 jobs, ten seconds after the start, with these commands running. */
function halfWay(commands: readonly string[] = []): ProgressState {
  const state = initialState(0);
  Object.assign(state, { total: 100, running: commands.length, succeeded: 48, failed: 2 });
  commands.forEach((command, index) => {
    const slot = index + 1;
    const job = { sequence: slot, slot, command, startedMs: 8000 - index, attempt: 1 };
    state.jobs.set(slot, { ...job, retryMs: undefined });
  });
  return state;
}

test('80 columns show bar, counts, time left, rate and age, and a line for each job', () => {
  const state = halfWay(['convert a.svg a.png', 'sleep 100']);
  expect(renderLive(state, 10_000, style())).toMatchInlineSnapshot(`
    [
      "██████████████▓░░░░░░░░░░░░░░░  50/100  2 failed  10s left  5.0/s  10s",
      "1    2.0s  convert a.svg a.png",
      "2    2.0s  sleep 100",
    ]
  `);
});

test('a limit that is found while jobs run is shown beside them', () => {
  const state = halfWay();
  state.limit = 12;
  expect(renderLive(state, 10_000, style())[0]).toMatch(/5\.0\/s {2}limit 12 {2}10s$/);
});

test('without a known total there is no bar and no time left', () => {
  const state = halfWay();
  state.total = undefined;
  expect(renderLive(state, 10_000, style())).toEqual(['50 done  2 failed  5.0/s  10s']);
});

test('a locale without Unicode gets ASCII signs', () => {
  const [line] = renderLive(halfWay(), 10_000, style({ glyphs: createGlyphs(false) }));
  expect(line).toBe('##############x...............  50/100  2 failed  10s left  5.0/s  10s');
});

test.each([
  [60, '████████▓░░░░░░░░░░  50/100  2 failed  10s left  5.0/s  10s'],
  [41, '50/100  2 failed  10s left  5.0/s  10s'],
])('%d columns keep what matters most', (columns, line) => {
  expect(renderLive(halfWay(), 10_000, style({ columns }))).toEqual([line]);
});

test.each([
  [40, '50/100 2 failed'],
  [16, '50/100 2 failed'],
  [15, '50/100'],
  [7, '50/100'],
  [4, '50…'],
  [1, '…'],
])('%d columns show counts only', (columns, line) => {
  expect(renderLive(halfWay(['sleep 1']), 10_000, style({ columns }))).toEqual([line]);
});

test('one failure among a million is still seen in the bar', () => {
  const state = halfWay();
  Object.assign(state, { total: 1_000_000, succeeded: 999_999, failed: 1 });
  const [line] = renderLive(state, 10_000, style({ columns: 120 }));
  expect(line).toMatch(/^█{29}▓ {2}1,000,000\/1,000,000 {2}1 failed/);
});

test('more jobs than lines are summed up in the last line', () => {
  const commands = Array.from({ length: 12 }, (_, index) => `sleep ${index}`);
  const lines = renderLive(halfWay(commands), 10_000, style({ rows: 8 }));
  expect(lines).toHaveLength(1 + 5);
  expect(lines.at(-1)).toBe('   … 8 more running');
});

test('a terminal of few lines shows the summary alone', () => {
  expect(renderLive(halfWay(['sleep 1']), 10_000, style({ rows: 3 }))).toHaveLength(1);
});

test('a long command loses its middle, so that its end still tells it apart', () => {
  const [, line = ''] = renderLive(
    halfWay([`convert ${'long/'.repeat(40)}name-7.svg`]),
    10_000,
    style(),
  );
  expect(line).toMatch(/^1 {4}2\.0s {2}convert long\/.*….*long\/name-7\.svg$/);
  expect(measure(line)).toBe(79);
});

test('items cannot command the terminal, and line ends stay in the line', () => {
  const [, line] = renderLive(halfWay(['rm \u001b[2J\u001b]0;x\u0007a\nb\tc']), 10_000, style());
  expect(line).toBe('1    2.0s  rm a b c');
});

test('a job that waits for its next try says when', () => {
  const state = halfWay(['flaky']);
  const job = state.jobs.get(1);
  if (job !== undefined) state.jobs.set(1, { ...job, attempt: 2, retryMs: 11_500 });
  expect(renderLive(state, 10_000, style())[1]).toBe('1   -1.5s  [try 2] flaky');
});

test('a run that is stopping says so instead of how long it will take', () => {
  const state = halfWay(['sleep 1']);
  state.stopping = 'gently';
  const [line] = renderLive(state, 10_000, style());
  expect(line).toContain('stopping 1, again to kill');
  expect(line).not.toContain('left');
});

test('colours change nothing but colours', () => {
  const state = halfWay(['convert 日本語.svg', 'sleep 1']);
  const plain = renderLive(state, 10_000, style());
  const coloured = renderLive(state, 10_000, style({ paint: createPaint(true) }));
  expect(coloured).not.toEqual(plain);
  expect(coloured.map((line) => stripVTControlCharacters(line))).toEqual(plain);
});

test('no line is ever as wide as the terminal, and never more lines than it has', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.string({ unit: 'grapheme', maxLength: 150 }), { maxLength: 40 }),
      fc.nat(2_000_000_000),
      (columns, rows, commands, total) => {
        const state = halfWay(commands);
        Object.assign(state, { total, succeeded: Math.floor(total / 3), retries: 5, resumed: 7 });
        const lines = renderLive(state, 123_456, style({ columns, rows }));
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 2));
        for (const line of lines) {
          expect(measure(line)).toBeLessThanOrEqual(Math.max(1, columns - 1));
        }
      },
    ),
  );
});
