import { describe, expect, test, vi } from 'vitest';
import { batchMap } from '../../src/engine/batch-map.ts';
import { map } from '../../src/engine/map.ts';
import { optimalWorkers } from '../../src/engine/optimal-workers.ts';
import { fixedLimit } from '../../src/engine/limits/fixed-limit.ts';
import { runParallel } from '../../src/engine/run-parallel.ts';
import { stream } from '../../src/engine/stream.ts';
import type { OptionError } from '../../src/kernel/errors.ts';
import './support/unhandled.ts';

type Loose = (items: unknown, task: unknown, options?: unknown) => Promise<unknown>;

/** The verbs as untyped callers reach them; what a stream throws at once is a rejection here. */
const verbs: Record<string, Loose> = {
  map: map as Loose,
  runParallel: runParallel as Loose,
  batchMap: batchMap as Loose,
  stream: async (...[items, task, options]) => {
    const open = stream as (...all: unknown[]) => AsyncIterable<unknown>;
    for await (const outcome of open(items, task, options)) void outcome;
  },
};
const names = Object.keys(verbs);

async function refusal(verb: Loose, ...all: Parameters<Loose>): Promise<OptionError> {
  return verb(...all).then(
    () => {
      throw new Error('it was accepted');
    },
    (error: unknown) => error as OptionError,
  );
}

const bad = {
  NaN: Number.NaN,
  Infinity,
  minus: -1,
  zero: 0,
  fraction: 1.5,
  text: '8',
  null: null,
  object: {},
  array: [],
  bigint: 1n,
  symbol: Symbol('s'),
  true: true,
  function: () => 1,
};
type Bad = keyof typeof bad;

/** Which of the bad values an option takes after all. */
const options: Record<string, { readonly allows: Bad[]; readonly only?: string[] }> = {
  concurrency: { allows: ['Infinity'] },
  signal: { allows: [] },
  timeoutMs: { allows: ['fraction'] },
  graceMs: { allows: ['zero', 'fraction'] },
  retry: { allows: [] },
  rateLimit: { allows: [] },
  onProgress: { allows: ['function'] },
  desc: { allows: ['text'] },
  journal: { allows: [] },
  on: { allows: [] },
  clock: { allows: [] },
  random: { allows: ['function'] },
  failFast: { allows: ['true'], only: ['runParallel'] },
  order: { allows: [], only: ['stream'] },
  highWaterMark: { allows: [], only: ['stream'] },
};

describe.each(names)('%s', (name) => {
  const verb = verbs[name] as Loose;
  const cases = Object.entries(options)
    .filter(([, { only }]) => only === undefined || only.includes(name))
    .flatMap(([option, { allows }]) =>
      (Object.keys(bad) as Bad[]).map((value) => ({
        option,
        value,
        allowed: allows.includes(value),
      })),
    );

  test.each(cases.filter(({ allowed }) => !allowed))(
    'refuses $value as $option, saying what was expected and what came',
    async ({ option, value }) => {
      const task = vi.fn();
      const error = await refusal(verb, [1], task, { [option]: bad[value] });
      expect(error).toMatchObject({ name: 'OptionError', code: 'E_OPTION' });
      expect(error.option.split('.')[0]).toBe(option);
      expect(error.message).toMatch(/^Expected `.+` to be .+, got .+ \(\w+\)$/);
      expect(task).not.toHaveBeenCalled();
    },
  );

  test.each(cases.filter(({ allowed }) => allowed))('takes $value as $option', async (one) => {
    await verb([1], () => 1, { [one.option]: bad[one.value] });
  });

  test('takes undefined for the default of every option', async () => {
    const own = Object.entries(options).filter(([, { only }]) => only?.includes(name) !== false);
    const all = Object.fromEntries([...own.map(([option]) => [option, undefined]), ['key']]);
    await verb([1], () => 1, all);
    await verb([1], () => 1, undefined);
    await verb([1], () => 1, {});
  });

  test('names the option that a misspelt one was meant for', async () => {
    const meant = {
      concurency: 'concurrency',
      timeout: 'timeoutMs',
      retries: 'retry',
      jornal: 'journal',
    };
    for (const [written, known] of Object.entries(meant)) {
      const error = await refusal(verb, [1], vi.fn(), { [written]: 1 });
      expect(error).toMatchObject({ code: 'E_OPTION', option: written });
      expect(error.message).toContain(`did you mean \`${known}\`?`);
    }
  });

  test('refuses options of the other verbs', async () => {
    const foreign = Object.entries(options).filter(
      ([, { only }]) => only?.includes(name) === false,
    );
    for (const [option] of foreign) {
      const error = await refusal(verb, [1], vi.fn(), { [option]: undefined });
      expect(error).toMatchObject({ code: 'E_OPTION', option });
    }
  });

  test.each([null, [], 'text', 5, true].map((value) => [value]))(
    'refuses %s for the options',
    async (value) => {
      const error = await refusal(verb, [1], vi.fn(), value);
      expect(error).toMatchObject({ code: 'E_OPTION', option: 'options' });
    },
  );

  test.each([undefined, null, {}, 'task', 5].map((value) => [value]))(
    'refuses %s for the task',
    async (value) => {
      expect(await refusal(verb, [1], value)).toMatchObject({ code: 'E_OPTION', option: 'task' });
    },
  );

  test.each(
    [undefined, null, {}, 5, true, Symbol('s'), { length: 1, 0: 'a' }].map((value) => [value]),
  )('refuses %s for the items', async (value) => {
    const error = await refusal(verb, value, vi.fn());
    expect(error).toMatchObject({ code: 'E_OPTION', option: 'items' });
  });
});

describe('the fields of retry, rateLimit and backoff are checked one by one', () => {
  test.each<[object, string]>([
    [{ retry: {} }, 'retry.attempts'],
    [{ retry: { attempts: 0 } }, 'retry.attempts'],
    [{ retry: { attempts: 1.5 } }, 'retry.attempts'],
    [{ retry: { attempts: Number.NaN } }, 'retry.attempts'],
    [{ retry: { attempts: '3' } }, 'retry.attempts'],
    [{ retry: { attempts: 2, on: true } }, 'retry.on'],
    [{ retry: { attempts: 2, on: null } }, 'retry.on'],
    [{ retry: { attempts: 2, backoff: -1 } }, 'retry.backoff'],
    [{ retry: { attempts: 2, backoff: Number.NaN } }, 'retry.backoff'],
    [{ retry: { attempts: 2, backoff: Infinity } }, 'retry.backoff'],
    [{ retry: { attempts: 2, backoff: null } }, 'retry.backoff'],
    [{ retry: { attempts: 2, backoff: '5' } }, 'retry.backoff'],
    [{ retry: { attempts: 2, backoff: [] } }, 'retry.backoff'],
    [{ retry: { attempts: 2, backoff: [1, -1] } }, 'retry.backoff[1]'],
    [{ retry: { attempts: 2, backoff: [1, '2'] } }, 'retry.backoff[1]'],
    [{ retry: { attempts: 2, backoff: { initialMs: -1 } } }, 'retry.backoff.initialMs'],
    [{ retry: { attempts: 2, backoff: { maxMs: Infinity } } }, 'retry.backoff.maxMs'],
    [{ retry: { attempts: 2, backoff: { factor: 0.5 } } }, 'retry.backoff.factor'],
    [{ retry: { attempts: 2, backoff: { factor: Number.NaN } } }, 'retry.backoff.factor'],
    [{ retry: { attempts: 2, backoff: { factor: Infinity } } }, 'retry.backoff.factor'],
    [{ retry: { attempts: 2, backoff: { factor: '2' } } }, 'retry.backoff.factor'],
    [{ retry: { attempts: 2, backoff: { jitter: true } } }, 'retry.backoff.jitter'],
    [{ retry: { attempts: 2, backoff: { max: 5 } } }, 'max'],
    [{ retry: { attempt: 2 } }, 'attempt'],
    [{ rateLimit: { limit: 0, intervalMs: 1 } }, 'rateLimit.limit'],
    [{ rateLimit: { limit: 1.5, intervalMs: 1 } }, 'rateLimit.limit'],
    [{ rateLimit: { limit: Infinity, intervalMs: 1 } }, 'rateLimit.limit'],
    [{ rateLimit: { limit: 1 } }, 'rateLimit.intervalMs'],
    [{ rateLimit: { limit: 1, intervalMs: 0 } }, 'rateLimit.intervalMs'],
    [{ rateLimit: { limit: 1, intervalMs: Infinity } }, 'rateLimit.intervalMs'],
    [{ rateLimit: { limit: 1, interval: 5 } }, 'interval'],
    [{ key: () => 'k' }, 'key'],
    [{ key: 'id', journal: { open: vi.fn() } }, 'key'],
  ])('%j', async (given, option) => {
    const task = vi.fn();
    const error = await refusal(verbs.map as Loose, [1], task, given);
    expect(error).toMatchObject({ code: 'E_OPTION', option });
    expect(task).not.toHaveBeenCalled();
  });
});

test('a bound that lies above zero is told as such', async () => {
  const error = await refusal(verbs.map as Loose, [1], vi.fn(), { timeoutMs: 0 });
  expect(error.message).toBe(
    'Expected `timeoutMs` to be a finite number of milliseconds, more than 0, got 0 (number)',
  );
});

test.each<[string, object]>([
  ['a limit', { concurrency: { tryAcquire: () => true } }],
  ['a clock', { clock: { now: () => 0 } }],
])('%s with methods missing is refused before anything starts', async (_, given) => {
  const task = vi.fn();
  const error = await refusal(verbs.map as Loose, [1], task, given);
  expect(error).toMatchObject({ code: 'E_OPTION' });
  expect(task).not.toHaveBeenCalled();
});

test('stream refuses at once, before it is read', () => {
  expect(() => stream([1], (item) => item, { concurrency: 0 })).toThrow(
    expect.objectContaining({ code: 'E_OPTION' }),
  );
});

test.each([0, -1, 1.5, Number.NaN, '8', null, undefined, 1n, {}].map((value) => [value]))(
  'fixedLimit refuses %s',
  (value) => {
    expect(() => fixedLimit(value as number)).toThrow(
      expect.objectContaining({ code: 'E_OPTION', option: 'concurrency' }),
    );
  },
);

test.each([-1, 1.5, Number.NaN, '8', null, undefined, 1n, {}].map((value) => [value]))(
  'optimalWorkers refuses %s',
  (value) => {
    expect(() => optimalWorkers(value as number)).toThrow(
      expect.objectContaining({ code: 'E_OPTION', option: 'count' }),
    );
  },
);
