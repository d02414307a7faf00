// A run that can be killed at any moment and goes on where it was: finished items are in the journal.
//
//   node resumable-run.mjs run.journal [ITEMS]
import { setTimeout } from 'node:timers/promises';
import { runParallel } from 'atonce';
import { fileJournal } from 'atonce/files';

const [file, count = '40'] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node resumable-run.mjs JOURNAL [ITEMS]');
  process.exit(2);
}

/** Stands for something slow or expensive, such as a call that costs money. */
async function summarise({ id }) {
  await setTimeout(50);
  return `summary of ${id}`;
}

const documents = Array.from({ length: Number(count) }, (_, number) => ({
  id: `document-${number}`,
}));

const outcomes = await runParallel(documents, summarise, {
  concurrency: 4,
  journal: fileJournal(file),
  key: ({ id }) => id,
  onProgress: ({ type, counts }) => {
    if (type === 'settled') console.error(`${counts.succeeded}/${counts.total}`);
  },
});

const reused = outcomes.filter(({ resumed }) => resumed).length;
console.log(
  `${outcomes.length} documents: ${reused} from the journal, ${outcomes.length - reused} done now`,
);
console.log(`last: ${outcomes.at(-1).value}`);
