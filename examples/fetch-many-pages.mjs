// Fetches many pages, politely and without giving up early: at most 8 at once, at most 200 starts in any
// second, a time limit for each try, and three tries with growing waits for what may get better.
//
//   node fetch-many-pages.mjs               from a small server that this program starts itself
//   node fetch-many-pages.mjs URL URL ...   from anywhere
import { isAtonceError, runParallel } from 'atonce';
import { startFlakyServer } from './fetch-many-pages/flaky-server.mjs';

class StatusError extends Error {
  constructor(status) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

async function fetchPage(url, { signal }) {
  // With the signal the request itself ends when its time is over or the run is stopped.
  const response = await fetch(url, { signal });
  if (!response.ok) throw new StatusError(response.status);
  return (await response.text()).length;
}

/** A missing page stays missing; a busy server, a lost connection or a late answer may get better. */
function mayGetBetter(error) {
  return !(error instanceof StatusError) || error.status === 429 || error.status >= 500;
}

const server = process.argv.length > 2 ? undefined : await startFlakyServer();
const urls = server?.urls ?? process.argv.slice(2);

const outcomes = await runParallel(urls, fetchPage, {
  concurrency: 8,
  rateLimit: { limit: 200, intervalMs: 1000 },
  timeoutMs: 500,
  retry: { attempts: 3, backoff: { initialMs: 20, maxMs: 1000 }, on: mayGetBetter },
});
await server?.close();

const fetched = outcomes.filter(({ ok }) => ok);
const retried = fetched.filter(({ attempts }) => attempts > 1);
console.log(
  `fetched ${fetched.length} of ${outcomes.length} pages, ${retried.length} after a retry`,
);
for (const outcome of outcomes) {
  if (outcome.ok) continue;
  const why = isAtonceError(outcome.error, 'E_TIMEOUT') ? 'too slow' : outcome.error.message;
  console.log(
    `${new URL(outcome.item).pathname}: ${why} (attempts: ${outcome.attempts}, ${outcome.gaveUp})`,
  );
}
