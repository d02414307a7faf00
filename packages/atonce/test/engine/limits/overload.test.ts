import { expect, test } from 'vitest';
import type { Limit, SlotResult } from '../../../src/engine/limits/limit.ts';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';
import { runParallel } from '../../../src/engine/run-parallel.ts';
import { resultOfError } from '../../../src/engine/limits/overload.ts';
import { TimeoutError } from '../../../src/kernel/errors.ts';

test.each<[string, unknown]>([
  ['a time limit that was passed', new TimeoutError(10, 'a call')],
  ['the status 429 of a response or an error', { status: 429 }],
  ['the status 503', Object.assign(new Error('busy'), { status: 503 })],
  ['the statusCode 429', { statusCode: 429 }],
])('%s says that it was too much', (_, error) => {
  expect(resultOfError(error)).toBe('overload');
});

test.each<[string, unknown]>([
  ['another error', new Error('no')],
  ['another status', { status: 500, statusCode: 404 }],
  ['a status as text', { status: '429' }],
  ['nothing', undefined],
  ['null', null],
  ['a number', 429],
  [
    'what throws when it is looked at',
    {
      get status(): number {
        throw new Error('hands off');
      },
    },
  ],
  [
    'a proxy that was revoked',
    (() => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    })(),
  ],
])('%s says nothing of the load', (_, error) => {
  expect(resultOfError(error)).toBe('ignore');
});

test('a run tells its limit of a server that refuses, for each refusal', async () => {
  const inner = fixedLimit(2);
  const told: SlotResult[] = [];
  const limit: Limit = {
    get concurrency() {
      return inner.concurrency;
    },
    get inFlight() {
      return inner.inFlight;
    },
    tryAcquire: () => inner.tryAcquire(),
    whenFree: (listener) => inner.whenFree(listener),
    release: (result, durationMs) => {
      told.push(result);
      inner.release(result, durationMs);
    },
  };
  const answer = async (status: number): Promise<number> => {
    if (status !== 200) throw Object.assign(new Error('refused'), { status });
    return status;
  };
  await runParallel([200, 429, 500, 503], answer, { concurrency: limit });
  expect(told).toEqual(['success', 'overload', 'ignore', 'overload']);
});
