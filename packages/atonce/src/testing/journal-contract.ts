import assert from 'node:assert/strict';
import type { Journal, JournalPlan, JournalRecord, JournalSession } from '../engine/journal.ts';
import { isAtonceError, type ErrorCode } from '../kernel/errors.ts';
import type { ContractCase } from './contract-case.ts';

const plan: JournalPlan = { task: 'double', code: '(n) => n * 2', options: { timeoutMs: 100 } };

/**
 * What every `Journal` must do. `makeJournal` gives a fresh one each time; opening the same one
 * again after its session was closed must show what was appended.
 */
export function journalContract(makeJournal: () => Journal | Promise<Journal>): ContractCase[] {
  return Object.entries(requirements).map(([name, check]) => ({
    name,
    run: async () => check(await makeJournal()),
  }));
}

const requirements: Readonly<Record<string, (journal: Journal) => Promise<void>>> = {
  'knows no item at first': knowsNothing,
  'has one key for equal items and different keys for different ones': keysItems,
  'gives back the entry of a done item, in this session and in the next': givesBack,
  'tells a task that gave undefined from one that was not run': keepsUndefined,
  'gives back every JSON value unchanged': keepsJson,
  'gives back any other value unchanged or refuses it, and goes on': refusesOthers,
  'keeps what a value was when it was appended': keepsCopies,
  'takes a failed item for one to be run': failIsNotDone,
  'lets the last record of a key count': lastCounts,
  'takes whatever was thrown': takesAnyError,
  'takes any text for a key': takesAnyKey,
  'keeps a hundred records appended at once apart': takesManyAtOnce,
  'is for one run at a time, and free again afterwards': isExclusive,
  'refuses another plan, names each difference and stays as it was': refusesChanges,
  'is not told apart by the order of options': ignoresOptionOrder,
  'can be closed twice and takes nothing afterwards': closesTwice,
};

async function knowsNothing(journal: Journal): Promise<void> {
  await using(journal, async (session) => {
    assert.equal(session.done('a'), undefined);
    assert.equal(session.done(''), undefined);
    assert.equal(session.done('__proto__'), undefined);
  });
}

async function keysItems(journal: Journal): Promise<void> {
  await using(journal, async (session) => {
    const keys = [1, '1', null, 'null', { a: 1 }, { a: '1' }].map((item) => session.keyOf(item));
    assert.equal(new Set(keys).size, keys.length, `different items share a key: ${keys.join(' ')}`);
    assert.equal(session.keyOf({ a: 1, b: [2] }), session.keyOf({ b: [2], a: 1 }));
  });
}

async function givesBack(journal: Journal): Promise<void> {
  const entry = { value: { n: [1, 'two', null] }, attempts: 3, startedAt: 17, durationMs: 2.5 };
  await using(journal, async (session) => {
    await session.append({ type: 'done', key: 'a', index: 0, ...entry });
    assert.deepEqual(session.done('a'), entry);
    assert.equal(session.done('b'), undefined);
  });
  await using(journal, async (session) => assert.deepEqual(session.done('a'), entry));
}

async function keepsUndefined(journal: Journal): Promise<void> {
  const record: JournalRecord = { ...done('a'), attempts: 2 };
  await using(journal, (session) => session.append(record));
  await using(journal, async (session) => {
    const entry = session.done('a');
    assert(entry !== undefined, 'the item is not done');
    assert.equal(entry.value, undefined);
    assert.equal(entry.attempts, 2);
  });
}

async function keepsJson(journal: Journal): Promise<void> {
  const values: unknown[] = [
    null,
    true,
    0,
    1.5e300,
    '',
    'Zoë 👩‍🚀 \u2028\u0000\n',
    [],
    {},
    { a: { b: [{ c: 1 }] }, constructor: 1, '': 2 },
    'x'.repeat(100_000),
  ];
  await using(journal, async (session) => {
    await Promise.all(values.map((value, index) => session.append(done(`${index}`, value))));
  });
  await using(journal, async (session) => {
    for (const [index, value] of values.entries()) {
      assert.deepEqual(session.done(`${index}`)?.value, value);
    }
  });
}

async function refusesOthers(journal: Journal): Promise<void> {
  const loop: unknown[] = [];
  loop.push(loop);
  const values: unknown[] = [
    -0,
    NaN,
    1n,
    new Date(0),
    new Map(),
    { a: undefined },
    () => 1,
    Symbol('s'),
    loop,
  ];
  await using(journal, async (session) => {
    for (const [index, value] of values.entries()) {
      const refused = await failureOf(session.append(done(`${index}`, value)));
      if (refused === undefined) assert.deepEqual(session.done(`${index}`)?.value, value);
      else {
        assertCode(refused, 'E_UNSERIALISABLE');
        assert.equal(session.done(`${index}`), undefined);
      }
    }
    await session.append(done('good', 1));
    assert.equal(session.done('good')?.value, 1);
  });
}

async function keepsCopies(journal: Journal): Promise<void> {
  const value = { n: 1 };
  await using(journal, async (session) => {
    const appended = session.append(done('a', value));
    value.n = 2;
    await appended;
    assert.deepEqual(session.done('a')?.value, { n: 1 });
  });
}

async function failIsNotDone(journal: Journal): Promise<void> {
  await using(journal, async (session) => {
    await session.append(fail('a', new RangeError('too far')));
    assert.equal(session.done('a'), undefined);
  });
  await using(journal, async (session) => assert.equal(session.done('a'), undefined));
}

async function lastCounts(journal: Journal): Promise<void> {
  await using(journal, async (session) => {
    await session.append(fail('fail then done', 'no'));
    await session.append(done('fail then done', 1));
    await session.append(done('done then fail', 1));
    await session.append(fail('done then fail', 'no'));
    await session.append(done('done twice', 1));
    await session.append(done('done twice', 2));
  });
  await using(journal, async (session) => {
    assert.equal(session.done('fail then done')?.value, 1);
    assert.equal(session.done('done then fail'), undefined);
    assert.equal(session.done('done twice')?.value, 2);
  });
}

async function takesAnyError(journal: Journal): Promise<void> {
  const hostile = new Proxy(
    {},
    {
      get(): never {
        throw new TypeError('no');
      },
    },
  );
  const thrown = [undefined, null, 0, 1n, Symbol('s'), () => 1, Object.freeze({}), hostile];
  await using(journal, async (session) => {
    for (const error of thrown) await session.append(fail('a', error));
    await session.append(done('b', 1));
  });
  await using(journal, async (session) => assert.equal(session.done('b')?.value, 1));
}

async function takesAnyKey(journal: Journal): Promise<void> {
  const keys = [
    '',
    ' ',
    '__proto__',
    'constructor',
    'toString',
    '../../x',
    'a\u0000b',
    'a\nb',
    '\ud800',
    '\ud801',
    'é',
    'e\u0301',
    '👩‍🚀',
    'k'.repeat(10_000),
    `${'k'.repeat(9_999)}l`,
  ];
  await using(journal, async (session) => {
    for (const [index, key] of keys.entries()) await session.append(done(key, index));
  });
  await using(journal, async (session) => {
    for (const [index, key] of keys.entries()) assert.equal(session.done(key)?.value, index);
  });
}

async function takesManyAtOnce(journal: Journal): Promise<void> {
  const numbers = Array.from({ length: 100 }, (_, number) => number);
  await using(journal, async (session) => {
    await Promise.all(numbers.map((number) => session.append(done(`key ${number}`, number))));
  });
  await using(journal, async (session) => {
    for (const number of numbers) assert.equal(session.done(`key ${number}`)?.value, number);
  });
}

async function isExclusive(journal: Journal): Promise<void> {
  await using(journal, async () => {
    assertCode(await failureOf(journal.open(plan)), 'E_LOCKED');
  });
  await using(journal, (session) => session.append(done('a', 1)));
}

async function refusesChanges(journal: Journal): Promise<void> {
  await using(journal, (session) => session.append(done('a', 1)));
  const changed = { task: 'triple', code: '(n) => n * 3', options: { timeoutMs: 200, key: 'id' } };
  const refused = await failureOf(journal.open(changed));
  assertCode(refused, 'E_JOURNAL_CHANGED');
  const { message } = refused as Error;
  for (const word of ['task', 'triple', 'code', 'timeoutMs', '100', '200', 'key']) {
    assert(message.includes(word), `the message does not name ${word}: ${message}`);
  }
  await using(journal, async (session) => assert.equal(session.done('a')?.value, 1));
}

async function ignoresOptionOrder(journal: Journal): Promise<void> {
  const session = await journal.open({ ...plan, options: { a: 1, b: { c: 1, d: 2 } } });
  await session.close();
  const again = await journal.open({ ...plan, options: { b: { d: 2, c: 1 }, a: 1 } });
  await again.close();
}

async function closesTwice(journal: Journal): Promise<void> {
  const session = await journal.open(plan);
  await session.append(done('a', 1));
  await session.close();
  await session.close();
  assertCode(await failureOf(session.append(done('b', 1))), 'E_JOURNAL');
}

async function using(
  journal: Journal,
  use: (session: JournalSession) => Promise<void>,
): Promise<void> {
  const session = await journal.open(plan);
  try {
    await use(session);
  } finally {
    await session.close();
  }
}

function done(key: string, value?: unknown): JournalRecord & { readonly type: 'done' } {
  const entry = { index: 0, attempts: 1, startedAt: 0, durationMs: 0 };
  return { type: 'done', key, ...entry, ...(value === undefined ? {} : { value }) };
}

function fail(key: string, error: unknown): JournalRecord {
  return { type: 'fail', key, index: 0, error, attempts: 1 };
}

/** What the promise is rejected with; undefined when it is not. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error;
  }
}

function assertCode(error: unknown, code: ErrorCode): void {
  assert(isAtonceError(error, code), `expected ${code}, got ${String(error)}`);
}
