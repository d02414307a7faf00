import { expect, test } from 'vitest';
import { notNeeded, splitReferences } from '../../src/plans/references.ts';

test('references name a needed task and a way into its result; names may hold dots', () => {
  const needs = ['a', 'a.b', 'my task'];
  const told = (text: string): unknown =>
    splitReferences(text, needs).map((part) =>
      typeof part === 'string' ? part : [part.of, part.task, ...part.fields],
    );
  expect(told('x{results.a}y')).toEqual(['x', ['results', 'a'], 'y']);
  expect(told('{results.a.c.0}')).toEqual([['results', 'a', 'c', '0']]);
  expect(told('{results.a.b.c}')).toEqual([['results', 'a.b', 'c']]);
  expect(told('{outcome.my task}{results.a}')).toEqual([
    ['outcome', 'my task'],
    ['results', 'a'],
  ]);
  expect(told('{} {x} {results} {results.}')).toEqual(['{} {x} {results} {results.}']);
  expect(told('')).toEqual(['']);
});

test('what is not needed is told with the nearest name, or some of those that are', () => {
  const needs = Array.from({ length: 30 }, (_, at) => `task-${at}`);
  expect(notNeeded('when', 'task-', needs)).toContain('did you mean task-0?');
  expect(notNeeded('when', 'other', needs)).toMatch(/needs has task-0, .*, task-9 and 20 more$/);
  expect(notNeeded('when', 'other', [])).toContain('the task has no needs');
});
