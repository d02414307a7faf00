// Different tasks that need each other: a scheduler decides what starts when, pools bound what hurts when
// there is too much of it, a cache asks no question twice, and workers compute.
//
//   node graph-of-tasks.mjs            runs it
//   node graph-of-tasks.mjs --plan     says what would happen, as text and as a Mermaid diagram
import { setTimeout } from 'node:timers/promises';
import { createCache, createPools, createScheduler } from 'atonce';
import { moduleTask, threads } from 'atonce/threads';

const articles = {
  tides: { author: 'ada', text: 'the moon pulls the sea' },
  clouds: { author: 'bob', text: 'water that has not decided yet' },
  deserts: { author: 'ada', text: 'sand and patience' },
  volcanoes: { author: 'bob' }, // Nobody has written it: this one fails.
};

// One pool for each thing that can be overloaded, for the whole program.
const pools = createPools({ api: 2 });
const workers = threads({ workers: 2 });
const authors = createCache({ ttlMs: 60_000 });
const wordCount = moduleTask(
  new URL('./graph-of-tasks/word-count.mjs', import.meta.url),
  'wordCount',
);

/** Stands for a call over the network. */
async function request(what, signal) {
  await setTimeout(10, undefined, { signal });
  return what;
}

async function fetchArticle(name, signal) {
  const { author, text } = await request(articles[name], signal);
  if (text === undefined) throw new Error(`${name} is not written yet`);
  // Two articles by one author: one question, also when both ask at the same time.
  return { text, author: await authors.getOrCompute(author, () => author.toUpperCase()) };
}

const scheduler = createScheduler({ concurrency: 8, pools: { api: pools.limit('api') } });

for (const name of Object.keys(articles)) {
  scheduler.add({
    name: `fetch ${name}`,
    pool: 'api',
    estimatedMs: 10,
    timeoutMs: 5_000,
    run: ({ signal }) => fetchArticle(name, signal),
  });
  scheduler.add({
    name: `count ${name}`,
    dependsOn: [`fetch ${name}`],
    estimatedMs: 2,
    run: ({ results, signal }) => workers.run(wordCount, results[`fetch ${name}`].text, { signal }),
  });
}

scheduler.add({
  name: 'index',
  // What failed before it does not stop it: it makes do with what is there.
  onDependencyFailure: 'run',
  dependsOn: Object.keys(articles).flatMap((name) => [`fetch ${name}`, `count ${name}`]),
  priority: 'high',
  estimatedMs: 5,
  run: ({ results }) => {
    const counted = Object.keys(articles).filter((name) => `count ${name}` in results);
    return counted.map((name) => {
      const words = Number(results[`count ${name}`]);
      return `${name} by ${results[`fetch ${name}`].author}, ${words} words`;
    });
  },
});

if (process.argv[2] === '--plan') {
  const { criticalPath, makespanMs, lowerBoundMs } = scheduler.plan();
  console.log(`${scheduler.size} tasks, longest way: ${criticalPath.names.join(' → ')}`);
  console.log(`${makespanMs} ms predicted, never less than ${lowerBoundMs} ms`);
  console.log(scheduler.toMermaid());
} else {
  const report = await scheduler.run().finally(() => workers.close());
  for (const line of report.outcomeOf('index').value) console.log(line);
  for (const { item, ok, error } of report.outcomes)
    if (!ok) console.log(`${item}: ${error.message}`);
  console.log(`${report.succeeded} done, ${report.failed} failed, ${report.skipped} skipped`);
  console.log(`${authors.stats().computations} authors looked up`);
}
