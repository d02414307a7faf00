import assert from 'node:assert/strict';
import type { Runner } from '../engine/runner.ts';
import { isAtonceError } from '../kernel/errors.ts';
import type { ContractCase } from './contract-case.ts';
import { contractTask, drive } from './runner-drive.ts';
import type { DriveOutcome } from './runner-drive.ts';

/**
 * What every `Runner` must do. `makeRunner` gives a fresh one, or a shared one that stands the
 * same use again; `Symbol.asyncDispose` of it, if there is one, is called after each case.
 */
export function runnerContract(makeRunner: () => Runner | Promise<Runner>): ContractCase[] {
  return Object.entries(requirements).map(([name, check]) => ({
    name,
    run: async () => {
      const runner = await makeRunner();
      try {
        await check(runner);
      } finally {
        await (runner as Partial<AsyncDisposable>)[Symbol.asyncDispose]?.();
      }
    },
  }));
}

const requirements: Readonly<Record<string, (runner: Runner) => Promise<void>>> = {
  'settles every item once with its value': settlesAll,
  'takes items whose number is not known before': takesLazy,
  'passes values of every kind through': passesValues,
  'fails the items that fail, and no others': failsAlone,
  'tells a thrown undefined from success': tellsUndefined,
  'gives the task its index and attempt, and passes reports on before the item settles':
    passesReports,
  'never has more items in execution than asked': keepsConcurrency,
  'does not queue ahead when starts must be immediate': keepsImmediate,
  'lets sessions share it without mixing them': keepsSessionsApart,
  'stops waiting tasks through their signal': stopsThroughSignal,
  'settles deaf tasks at the latest after the grace': stopsDeaf,
  'takes nothing more once it is stopped, even from inside a settlement': takesNothingStopped,
  'fails a late item with E_TIMEOUT and goes on with the others': timesOut,
  'fails every item with E_TASK_LOAD when the module or the export is missing': tellsMissing,
  'ends at once when there is nothing to do': endsEmpty,
};

async function settlesAll(runner: Runner): Promise<void> {
  for (const count of [1, 2, 3, 1000]) {
    const items = Array.from({ length: count }, (_, index) => index * 3);
    const { outcomes, decision } = await drive({ runner, task: 'echo', items });
    assert.deepEqual(valuesOf(outcomes), items);
    assert(decision === undefined || decision.text !== '', 'a decision without words');
  }
}

async function takesLazy(runner: Runner): Promise<void> {
  const items = Array.from({ length: 3000 }, (_, index) => `item ${index}`);
  const { outcomes } = await drive({ runner, task: 'echo', items, lazy: true });
  assert.deepEqual(valuesOf(outcomes), items);
}

async function passesValues(runner: Runner): Promise<void> {
  const holes = Array.from<unknown>({ length: 3 });
  Reflect.deleteProperty(holes, 1);
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const items = [
    undefined,
    null,
    0,
    -0,
    Number.NaN,
    10n,
    '',
    'ü\ud800',
    holes,
    new Map([[1, new Set([2])]]),
    new Date(0),
    /x/g,
  ];
  const rest = [cycle, new Float64Array([1, 2]), new Uint8Array(0)];
  const { outcomes } = await drive({ runner, task: 'echo', items: [...items, ...rest] });
  assert.deepStrictEqual(valuesOf(outcomes), [...items, ...rest]);
}

async function failsAlone(runner: Runner): Promise<void> {
  const items = Array.from({ length: 200 }, (_, index) => index);
  const { outcomes } = await drive({ runner, task: 'failOdd', items });
  for (const [index, outcome] of outcomes.entries()) {
    if (index % 2 === 0) assert.deepEqual(outcome, { ok: true, value: index });
    else assert(!outcome.ok);
  }
  const thrown = errorOf(outcomes[5]) as RangeError & {
    readonly code: string;
    readonly item: number;
  };
  assert(thrown instanceof RangeError);
  assert.deepEqual(
    [thrown.name, thrown.message, thrown.code, thrown.item],
    ['RangeError', 'no 5', 'E_ODD', 5],
  );
  assert.match(String(thrown.stack), /failOdd/);
  assert(errorOf(outcomes[7]) instanceof TypeError);
}

async function tellsUndefined(runner: Runner): Promise<void> {
  const { outcomes } = await drive({ runner, task: 'throwNothing', items: [1, 2, 3] });
  assert.deepEqual(outcomes, Array(3).fill({ ok: false, error: undefined }));
}

async function passesReports(runner: Runner): Promise<void> {
  const items = ['a', 'b', 'c', 'd', 'e'];
  const { outcomes, reports } = await drive({ runner, task: 'tell', items, attempt: 2 });
  assert.deepEqual(
    valuesOf(outcomes),
    [0, 1, 2, 3, 4].map((index) => [index, 2]),
  );
  const sorted = [...reports].sort((a, b) => (a as [number])[0] - (b as [number])[0]);
  assert.deepEqual(
    sorted,
    [0, 1, 2, 3, 4].map((index) => [index, true, { index }]),
  );
}

async function keepsConcurrency(runner: Runner): Promise<void> {
  for (const concurrency of [1, 2]) {
    const { outcomes } = await drive({
      runner,
      task: 'span',
      items: Array(12).fill(2),
      concurrency,
    });
    assert(
      mostAtOnce(outcomes) <= concurrency,
      `${mostAtOnce(outcomes)} at once instead of ${concurrency}`,
    );
  }
}

async function keepsImmediate(runner: Runner): Promise<void> {
  const { outcomes, mostInFlight } = await drive({
    runner,
    task: 'span',
    items: Array(12).fill(2),
    concurrency: 2,
    immediate: true,
  });
  assert.equal(valuesOf(outcomes).length, 12);
  assert(mostInFlight <= 2, `${mostInFlight} submitted at once although only 2 may start`);
}

async function keepsSessionsApart(runner: Runner): Promise<void> {
  const many = Array.from({ length: 500 }, (_, index) => index);
  const [first, second, third] = await Promise.all([
    drive({ runner, task: 'echo', items: many }),
    drive({ runner, task: 'tell', items: many }),
    drive({ runner, task: 'failOdd', items: many }),
  ]);
  assert.deepEqual(valuesOf(first.outcomes), many);
  assert.deepEqual(
    valuesOf(second.outcomes),
    many.map((index) => [index, 1]),
  );
  assert.equal(third.outcomes.filter((outcome) => outcome.ok).length, 250);
}

async function stopsThroughSignal(runner: Runner): Promise<void> {
  const reason = 'enough';
  const { outcomes } = await drive({
    runner,
    task: 'waitForStop',
    items: ['wait', 'wait', 'wait'],
    graceMs: 20_000,
    concurrency: 3,
    onRunning: ({ stop }) => stop(reason),
  });
  assert.notEqual(stopped(outcomes).length, 0);
}

async function stopsDeaf(runner: Runner): Promise<void> {
  const { outcomes } = await drive({
    runner,
    task: 'waitForEver',
    items: ['wait', 'wait', 'wait'],
    concurrency: 3,
    onRunning: ({ stop }) => stop('enough'),
  });
  for (const error of stopped(outcomes)) assert(isAtonceError(error, 'E_CANCELLED'));
}

async function takesNothingStopped(runner: Runner): Promise<void> {
  let room: number | undefined;
  await drive({
    runner,
    task: 'span',
    items: [1, 1, 1, 1],
    onSettled: ({ session, stop }) => {
      stop('enough');
      room = session.capacity(10);
    },
  });
  assert.equal(room, 0);
}

async function timesOut(runner: Runner): Promise<void> {
  const items = ['a', 'wait', 'b', 'c', 'd'];
  const { outcomes } = await drive({
    runner,
    task: 'waitForEver',
    items,
    timeoutMs: 300,
    graceMs: 50,
  });
  for (const [index, item] of items.entries()) {
    if (item === 'wait') assert(isAtonceError(errorOf(outcomes[index]), 'E_TIMEOUT'));
    else assert.deepEqual(outcomes[index], { ok: true, value: item });
  }
}

async function tellsMissing(runner: Runner): Promise<void> {
  for (const task of [contractTask('nobody'), contractTask('echo', 'no-such-module.js')]) {
    const { outcomes } = await drive({ runner, task, items: [1, 2, 3] });
    assert(outcomes.every((outcome) => !outcome.ok && isAtonceError(outcome.error, 'E_TASK_LOAD')));
  }
}

async function endsEmpty(runner: Runner): Promise<void> {
  const { outcomes } = await drive({ runner, task: 'echo', items: [] });
  assert.deepEqual(outcomes, []);
}

function valuesOf(outcomes: readonly DriveOutcome[]): unknown[] {
  return outcomes.map((outcome) =>
    outcome.ok ? outcome.value : assert.fail(`failed: ${String(outcome.error)}`),
  );
}

/** The errors of what was submitted before the stop; none of it may have succeeded. */
function stopped(outcomes: readonly (DriveOutcome | undefined)[]): unknown[] {
  return outcomes.filter((outcome) => outcome !== undefined).map(errorOf);
}

function errorOf(outcome: DriveOutcome | undefined): unknown {
  return outcome?.ok === false ? outcome.error : assert.fail('did not fail');
}

/** Most of the spans that overlap at one moment. */
function mostAtOnce(outcomes: readonly DriveOutcome[]): number {
  const spans = valuesOf(outcomes) as readonly (readonly [bigint, bigint])[];
  return Math.max(
    ...spans.map(([start]) => spans.filter(([from, to]) => from <= start && start < to).length),
  );
}
