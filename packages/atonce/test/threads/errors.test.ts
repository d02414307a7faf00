import { runParallel } from 'atonce';
import { threads } from 'atonce/threads';
import { describe, expect, test } from 'vitest';
import { kinds, task } from './support.ts';
import type { MakePool } from './support.ts';

const here: [string, MakePool] = ['the calling thread', () => threads({ workers: 1 })];

async function thrown(makePool: MakePool, kind: string): Promise<unknown> {
  await using pool = makePool({ workers: 1 });
  const [outcome] = await runParallel([kind], task<string, never>('failWith'), { on: pool });
  return outcome?.ok === false ? outcome.error : expect.fail('did not fail');
}

describe.each([...kinds, here])('what a task throws on %s', (_kind, makePool) => {
  test('keeps name, message, own fields, stack and causes of a custom error', async () => {
    const error = (await thrown(makePool, 'custom')) as Error & { table: string };
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'DatabaseError', message: 'no table', table: 'users' });
    expect(error.stack).toMatch(/tasks\.js/);
    expect(error.cause).toBeInstanceOf(TypeError);
    expect((error.cause as Error).cause).toBe('innermost');
  });

  test('keeps the fields of a system error', async () => {
    expect(await thrown(makePool, 'system')).toMatchObject({
      code: 'ENOENT',
      errno: -2,
      path: '/x',
    });
  });

  test('keeps the parts of an AggregateError', async () => {
    const error = (await thrown(makePool, 'aggregate')) as AggregateError;
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.errors[0]).toBeInstanceOf(RangeError);
    expect(error.errors[1]).toBe('two');
  });

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['string', 'just words'],
    ['object', { status: 503, nested: { again: true } }],
  ])('may be %s', async (kind, value) => {
    expect(await thrown(makePool, kind)).toEqual(value);
  });

  test('may be frozen, or a DOMException', async () => {
    expect(await thrown(makePool, 'frozen')).toMatchObject({ message: 'frozen' });
    expect(await thrown(makePool, 'frozen')).toBeInstanceOf(TypeError);
    expect(await thrown(makePool, 'domException')).toMatchObject({
      name: 'NotFoundError',
      message: 'gone',
      code: 8,
    });
  });
});

describe.each(kinds)('what cannot be copied from %s', (_kind, makePool) => {
  test.each(['circular', 'proxy', 'function', 'getter'])('is told in words: %s', async (kind) => {
    const error = (await thrown(makePool, kind)) as Error;
    expect(error).toBeInstanceOf(Error);
    expect(error.message).not.toBe('');
  });

  test('is cut when it is huge', async () => {
    const error = (await thrown(makePool, 'huge')) as Error;
    expect(error.message.length).toBeLessThan(70_000);
    expect(error.message).toMatch(/^x+\.\.\. \(\d+ more characters\)$/);
  });
});
