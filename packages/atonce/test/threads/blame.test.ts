import { describe, expect, test } from 'vitest';
import { blame } from '../../src/threads/blame.ts';
import type { Death } from '../../src/threads/blame.ts';
import { IDLE, LOADING } from '../../src/threads/status-cell.ts';

const death: Death = { running: 7, killedByPool: false, exit: undefined, unsettled: [6, 7, 8] };

describe('blame for a dead worker', () => {
  test('falls on the running item, and on nobody else', () => {
    expect([6, 7, 8].map((sequence) => blame(sequence, death))).toEqual([
      'innocent',
      'guilty',
      'innocent',
    ]);
  });

  test('falls on nobody when the pool ended the worker itself', () => {
    expect(blame(7, { ...death, killedByPool: true })).toBe('innocent');
  });

  test('is only a suspicion when an earlier item may have left a timer', () => {
    expect(blame(7, { ...death, exit: 'later' })).toBe('suspect');
    expect(blame(7, { ...death, exit: 'in-call' })).toBe('guilty');
  });

  test('is certain for the first item a worker ever ran', () => {
    expect(blame(1, { ...death, running: 1, exit: 'later' })).toBe('guilty');
  });

  test('is a suspicion of the only item in flight, although it was not running', () => {
    expect(blame(9, { ...death, running: IDLE, unsettled: [9] })).toBe('suspect');
    expect(blame(9, { ...death, running: LOADING, unsettled: [8, 9] })).toBe('innocent');
  });

  test('is a suspicion of the first in flight when the worker was idle', () => {
    const idle = { ...death, running: IDLE };
    expect([6, 7, 8].map((sequence) => blame(sequence, idle))).toEqual([
      'suspect',
      'innocent',
      'innocent',
    ]);
  });
});
