import { processes, threads } from 'atonce/threads';
import { describe, expect, test } from 'vitest';

describe.each([
  ['threads', threads],
  ['processes', processes],
])('%s', (_kind, make) => {
  test.each<[string, unknown]>([
    ['workers', 0],
    ['workers', -1],
    ['workers', 1.5],
    ['workers', Number.NaN],
    ['workers', '2'],
    ['workers', Infinity],
    ['idleMs', -1],
    ['idleMs', Infinity],
    ['graceMs', Number.NaN],
    ['maxRestarts', 0],
    ['inline', true],
    ['inline', 'always'],
    ['env', 'A=1'],
    ['execArgv', '--flag'],
    ['initialiser', './setup.js'],
  ])('refuses `%s` of %j by name', (option, value) => {
    expect(() => make({ [option]: value })).toThrow(
      expect.objectContaining({
        code: 'E_OPTION',
        message: expect.stringContaining(option) as string,
      }) as Error,
    );
  });

  test('names the nearest option for one it does not know', () => {
    expect(() => make({ worker: 2 } as never)).toThrow(/did you mean `workers`/);
    expect(() => make(null as never)).toThrow(/an object/);
  });

  test('takes undefined as the default', async () => {
    await make({
      workers: undefined,
      idleMs: undefined,
      env: undefined,
      initialiser: undefined,
      inline: undefined,
    }).close();
  });
});

test('processes have no resource limits', () => {
  expect(() => processes({ resourceLimits: {} } as never)).toThrow(/Unknown option/);
});
