import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers';
import type { Limit, SlotResult } from '../engine/limits/limit.ts';
import { seededRandom } from '../kernel/random.ts';
import type { ContractCase } from './contract-case.ts';

/** Slots that a limit under test may have at the most. */
const MOST_SLOTS = 10_000;
const STEPS = 2_000;

/**
 * What every `Limit` must do. `makeLimit` gives a fresh one, nothing in flight, of 1 to 10,000
 * slots; one that adapts may change `concurrency` whenever it likes.
 */
export function limitContract(makeLimit: () => Limit): ContractCase[] {
  return Object.entries(requirements).map(([name, check]) => ({
    name,
    run: async () => check(makeLimit()),
  }));
}

const requirements: Readonly<Record<string, (limit: Limit) => void | Promise<void>>> = {
  'begins with at least one slot and nothing in flight': begins,
  'gives each slot once and then refuses': fills,
  'counts what is in flight': counts,
  'gives a released slot again, whatever its result was': givesAgain,
  'calls who waits once when a slot comes free': wakes,
  'calls nobody who waits before the asking has returned': wakesLater,
  'calls in the order in which they began to wait': wakesInOrder,
  'does not call who has withdrawn, and calls the next instead': withdraws,
  'withdrawing after the call, or twice, changes nothing': withdrawsLate,
  'lets a waiter take the slot from within its call': takesInCall,
  'never has more in flight than slots, in any order of use': holdsUnderRandomUse,
};

function begins(limit: Limit): void {
  const { concurrency } = limit;
  assert(concurrency >= 1, `concurrency is ${concurrency}`);
  assert.equal(limit.inFlight, 0);
}

function fills(limit: Limit): void {
  const taken = fill(limit);
  assert(taken >= 1, 'no slot was given');
  assert.equal(limit.tryAcquire(), false);
  assert.equal(limit.tryAcquire(), false);
  assert.equal(limit.inFlight, taken);
}

function counts(limit: Limit): void {
  const taken = fill(limit);
  for (let left = taken - 1; left >= 0; left--) {
    limit.release('ignore', 0);
    assert.equal(limit.inFlight, left);
  }
}

function givesAgain(limit: Limit): void {
  for (const result of ['success', 'overload', 'ignore'] satisfies SlotResult[]) {
    assert(limit.tryAcquire(), `no slot was free before '${result}'`);
    limit.release(result, 1);
    assert.equal(limit.inFlight, 0, `the slot released with '${result}' was not given back`);
  }
  assert(limit.tryAcquire(), 'no slot was free afterwards');
}

async function wakes(limit: Limit): Promise<void> {
  const taken = fill(limit);
  let calls = 0;
  limit.whenFree(() => void calls++);
  await turn();
  assert.equal(calls, 0, 'called while every slot was taken');
  await drain(limit, taken);
  assert.equal(calls, 1);
}

function wakesLater(limit: Limit): void {
  const listen = (): void => {
    let hasReturned = false;
    limit.whenFree(() => assert(hasReturned, 'the listener was called before `whenFree` returned'));
    hasReturned = true;
  };
  listen();
  fill(limit);
  listen();
}

async function wakesInOrder(limit: Limit): Promise<void> {
  const taken = fill(limit);
  const called: number[] = [];
  for (let waiter = 0; waiter < 4; waiter++) limit.whenFree(() => void called.push(waiter));
  await drain(limit, taken);
  // Each round gives slots anew, for limits that call one waiter a slot.
  for (let round = 0; round < 4; round++) await drain(limit, fill(limit));
  assert.deepEqual(called, [0, 1, 2, 3]);
}

async function withdraws(limit: Limit): Promise<void> {
  const taken = fill(limit);
  const called: string[] = [];
  const withdraw = limit.whenFree(() => void called.push('withdrawn'));
  limit.whenFree(() => void called.push('next'));
  withdraw();
  await drain(limit, taken);
  assert.deepEqual(called, ['next']);
}

async function withdrawsLate(limit: Limit): Promise<void> {
  const taken = fill(limit);
  const called: string[] = [];
  const withdraw = limit.whenFree(() => void called.push('first'));
  await drain(limit, taken);
  withdraw();
  const again = fill(limit);
  limit.whenFree(() => void called.push('second'));
  withdraw();
  await drain(limit, again);
  assert.deepEqual(called, ['first', 'second']);
}

async function takesInCall(limit: Limit): Promise<void> {
  const taken = fill(limit);
  let got = 0;
  const wait = (): void => {
    limit.whenFree(() => {
      if (limit.tryAcquire()) got++;
      assertWithin(limit);
    });
  };
  wait();
  wait();
  await drain(limit, taken);
  assert(got >= 1, 'a slot came free and no waiter could take it');
  assert.equal(limit.inFlight, got);
}

async function holdsUnderRandomUse(limit: Limit): Promise<void> {
  const random = seededRandom(1);
  const results: readonly SlotResult[] = ['success', 'success', 'ignore', 'overload'];
  let held = 0;
  const take = (): void => {
    if (!limit.tryAcquire()) return;
    held++;
    assertWithin(limit);
  };
  for (let step = 0; step < STEPS; step++) {
    const choice = random();
    if (choice < 0.5) take();
    else if (choice < 0.6) limit.whenFree(take);
    else if (held > 0) {
      held--;
      limit.release(results[Math.floor(random() * results.length)] as SlotResult, random() * 50);
    }
    if (step % 100 === 0) await turn();
    assert.equal(limit.inFlight, held, `after step ${step}`);
  }
}

/** Takes every slot there is. */
function fill(limit: Limit): number {
  let taken = 0;
  while (limit.tryAcquire()) {
    taken++;
    assertWithin(limit);
    assert(taken <= MOST_SLOTS, `the limit gave more than ${MOST_SLOTS} slots`);
  }
  return taken;
}

async function drain(limit: Limit, taken: number): Promise<void> {
  for (let slot = 0; slot < taken; slot++) limit.release('ignore', 0);
  await turn();
}

function assertWithin(limit: Limit): void {
  const { inFlight, concurrency } = limit;
  assert(inFlight <= concurrency, `${inFlight} in flight with ${concurrency} slots`);
}

/** Gives time to limits that call later than at once. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
