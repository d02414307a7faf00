// First part: a function of this program, one file after another on this thread, then on all cores.
import { writeFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { availableCores, map } from 'atonce';
import { fileJournal } from 'atonce/files';
import { moduleTask, threads } from 'atonce/threads';
import { compareAnswers } from './compare-answers.mjs';
import { measure } from './measure.mjs';

const compress = moduleTask(new URL('./compress-file.mjs', import.meta.url), 'compressFile');

/** Between two files the event loop turns once, so that Ctrl-C and the progress line work. */
async function compressOneByOne(file) {
  await setImmediate();
  return compress(file);
}

export async function runFunctionsPart(files, setting) {
  const { output, screen } = setting;
  const cores = availableCores();
  const labels = ['one at a time', `at once, ${cores} ${cores === 1 ? 'thread' : 'threads'}`];
  screen.part('A function, run by map(): sha256 and brotli 11', files);

  const first = { name: 'functions/one-at-a-time', label: labels[0], files };
  const alone = await measure(first, setting, (run) =>
    map(files, compressOneByOne, { ...optionsOf('one-at-a-time', run, output), concurrency: 1 }),
  );
  screen.row(labels[0], alone.timing);

  const second = { name: 'functions/at-once', label: labels[1], files };
  const together = await measure(second, setting, async (run) => {
    const pool = threads({ workers: cores });
    try {
      return await map(files, compress, { ...optionsOf('at-once', run, output), on: pool });
    } finally {
      await pool.close();
    }
  });
  screen.row(labels[1], together.timing, alone.timing);

  const lines = (answers) => files.map((file, at) => JSON.stringify({ ...file, ...answers[at] }));
  const written = lines(together.answers);
  await writeFile(output.path('functions/results.jsonl'), `${written.join('\n')}\n`);
  const comparison = compareAnswers(lines(alone.answers), written);
  screen.answers(comparison);
  return {
    title: 'A function, run by map()',
    labels,
    timings: [alone.timing, together.timing],
    ...comparison,
  };
}

function optionsOf(name, { signal, onSettled }, output) {
  return {
    signal,
    // Another version of Node may compress in another way.
    desc: `demo, ${name}, Node ${process.version}`,
    // Survives kill -9, not a power loss: waiting for the disk would be measured too.
    journal: fileJournal(output.path(`functions/${name}.journal`), { durability: 'kill' }),
    key: ({ path, bytes }) => `${path} ${bytes}`,
    onProgress: (event) => {
      if (event.type === 'settled') onSettled(event.index, event.resumed);
    },
  };
}
