import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGlyphs } from '../../../../src/faces/cli/glyphs.ts';
import { createPaint } from '../../../../src/faces/cli/paint.ts';
import type { LiveStyle } from '../../../../src/faces/cli/progress/live-style.ts';
import { renderLive } from '../../../../src/faces/cli/progress/render-live.ts';
import {
  applyEvent,
  initialState,
  type ProgressState,
} from '../../../../src/faces/cli/progress/state.ts';
import { loadMeasure } from '../../../../src/report/text-width.ts';
import type { JobRecord } from '../../../../src/runs/report.ts';

const measure = await loadMeasure();

function style(changes: Partial<LiveStyle> = {}): LiveStyle {
  const paint = createPaint(false);
  return { columns: 60, rows: 24, paint, glyphs: createGlyphs(true), measure, ...changes };
}

function record(changes: Partial<JobRecord>): JobRecord {
  const facts = { sequence: 1, slot: 1, command: 'x', attempts: 1, startedAt: 0, durationMs: 1500 };
  const end = { kind: 'exit', code: 0 } as const;
  return { ...facts, end, resumed: false, outputBytes: 0, leftProcesses: 0, ...changes };
}

/** Jobs of these names, each needing the one before. */
function chain(...names: readonly string[]): ProgressState {
  const state = initialState(0);
  const jobs = names.map((name, at) => ({ sequence: at + 1, name, needs: at === 0 ? [] : [at] }));
  applyEvent(state, { type: 'planned', jobs, expectedMs: undefined }, 0);
  return state;
}

test('a plan shows every task in the order of the file', () => {
  const state = chain('install', 'test', 'deploy', 'tell');
  applyEvent(state, { type: 'finished', job: record({ sequence: 1 }) }, 0);
  applyEvent(state, { type: 'started', sequence: 2, slot: 3, command: 'npx vitest run' }, 1000);
  applyEvent(state, { type: 'skipped', sequence: 4, reason: 'no' }, 0);
  expect(renderLive(state, 3000, style()).slice(1)).toEqual([
    '✔    1.5s  install',
    '3    2.0s  test     npx vitest run',
    '.          deploy   waits for test',
    '-          tell     no',
  ]);
});

test('a failure that is allowed and a task of an earlier run say so', () => {
  const state = chain('a', 'b', 'c');
  const end = { kind: 'exit', code: 7 } as const;
  applyEvent(state, { type: 'finished', job: record({ end, tolerated: true }) }, 0);
  applyEvent(state, { type: 'finished', job: record({ sequence: 2, resumed: true }) }, 0);
  applyEvent(state, { type: 'finished', job: record({ sequence: 3, end }) }, 0);
  expect(renderLive(state, 0, style()).slice(1)).toEqual([
    '✔    1.5s  a  exit 7',
    '✔    1.5s  b  done before',
    '✘    1.5s  c  exit 7',
  ]);
});

test('without room for all, running and failed tasks come first', () => {
  const state = chain('a', 'b', 'c', 'd', 'e', 'f');
  applyEvent(state, { type: 'started', sequence: 4, slot: 1, command: 'run d' }, 0);
  const end = { kind: 'exit', code: 7 } as const;
  applyEvent(state, { type: 'finished', job: record({ sequence: 6, end }) }, 0);
  const lines = renderLive(state, 0, style({ rows: 7 })).slice(1);
  expect(lines).toHaveLength(4);
  expect(
    lines.map((line) =>
      line
        .trim()
        .split(/\s{2,}/)
        .at(-1),
    ),
  ).toEqual(['run d', 'exit 7', 'waits for a slot', '… 3 more']);
});

test('no line is ever as wide as the terminal, and never more lines than it has', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 });
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      (names, columns, rows, colour) => {
        const state = chain(...names);
        applyEvent(state, { type: 'started', sequence: 1, slot: 12, command: names.join(' ') }, 0);
        const lines = renderLive(state, 1e7, style({ columns, rows, paint: createPaint(colour) }));
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 2));
        for (const line of lines)
          expect(measure(stripVTControlCharacters(line))).toBeLessThan(Math.max(2, columns));
      },
    ),
  );
});
