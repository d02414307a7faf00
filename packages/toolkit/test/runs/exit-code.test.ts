import { describe, expect, it } from 'vitest';
import { type ExitFacts, exitCodeOf } from '../../src/runs/exit-code.ts';

const none: ExitFacts = {
  failed: 0,
  timedOut: 0,
  notExecutable: 0,
  notFound: 0,
  stopped: undefined,
  resumable: false,
  outputClosed: false,
};

describe('the exit code of a run', () => {
  it.each<[Partial<ExitFacts>, number]>([
    [{}, 0],
    [{ failed: 2 }, 1],
    [{ failed: 2, timedOut: 2 }, 124],
    [{ failed: 2, timedOut: 1 }, 1],
    [{ failed: 2, notFound: 2 }, 127],
    [{ failed: 2, notExecutable: 2 }, 126],
    [{ failed: 2, notExecutable: 1, notFound: 1 }, 1],
    [{ failed: 1, stopped: 'halt' }, 1],
    [{ failed: 1, timedOut: 1, stopped: 'halt' }, 124],
    [{ failed: 1, stopped: 'halt', resumable: true }, 4],
    [{ stopped: 'signal' }, 1],
    [{ stopped: 'signal', resumable: true }, 4],
    [{ stopped: 'signal', outputClosed: true, resumable: true }, 141],
    [{ stopped: 'input' }, 1],
    [{ stopped: 'output', resumable: true }, 4],
  ])('of %j is %i', (facts, code) => {
    expect(exitCodeOf({ ...none, ...facts })).toBe(code);
  });
});
