import { expect, test } from 'vitest';
import { createPaint } from '../../../../src/faces/cli/paint.ts';
import { JobLog } from '../../../../src/faces/cli/progress/job-log.ts';

function linesOf(verbose: boolean, changes: number): string[] {
  const lines: string[] = [];
  const paint = createPaint(false);
  const log = new JobLog({ paint, verbose, print: (line) => void lines.push(line) });
  log.onEvent({ type: 'limit', from: 1, to: 1, reason: 'the start' });
  for (let from = 1; from <= changes; from++)
    log.onEvent({ type: 'limit', from, to: from + 1, reason: 'trying more' });
  return lines;
}

test('with verbose each change of the limit is told with its reason', () => {
  expect(linesOf(true, 2)).toEqual([
    'limit 1: the start',
    'limit 1 to 2: trying more',
    'limit 2 to 3: trying more',
  ]);
});

test('without it none is', () => {
  expect(linesOf(false, 2)).toEqual([]);
});

test('a search without an end fills no terminal', () => {
  const lines = linesOf(true, 1_000);
  expect(lines).toHaveLength(101);
  expect(lines.at(-1)).toBe('further changes of the limit are only counted');
});
