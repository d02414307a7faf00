// Three ways to stop: a time limit for each try, the first failure, and a signal for the whole run.
import { setTimeout } from 'node:timers/promises';
import { isAtonceError, map, runParallel } from 'atonce';

/** Takes as long as it is told, unless it is stopped. */
async function wait(ms, { signal }) {
  await setTimeout(ms, undefined, { signal });
  return `waited ${ms} ms`;
}

// 1. Each try may take 200 ms. The late one fails; the others do not notice.
const outcomes = await runParallel([10, 60_000, 20], wait, { timeoutMs: 200 });
for (const { ok, item, value, error } of outcomes) {
  console.log(ok ? value : `${item} ms: ${error.code}`);
}

// 2. `map` stops at the first failure: the task that waits for a minute is aborted, not waited for.
async function waitOrRefuse(ms, context) {
  if (ms < 0) throw new RangeError(`cannot wait ${ms} ms`);
  return wait(ms, context);
}
try {
  await map([60_000, -1, 10], waitOrRefuse);
} catch (error) {
  console.log(`map: ${error.message}`);
}

// 3. A signal stops the whole run. `runParallel` still tells what was done and what was not.
const controller = new AbortController();
const stopped = await runParallel([10, 60_000, 60_000], wait, {
  concurrency: 2,
  signal: controller.signal,
  onProgress: ({ type }) => {
    if (type === 'settled') controller.abort(new Error('enough for today'));
  },
});
for (const { ok, item, error } of stopped) {
  const cancelled = isAtonceError(error, 'E_CANCELLED');
  console.log(ok ? `${item} ms: done` : `${item} ms: ${cancelled ? error.cause.message : error}`);
}
