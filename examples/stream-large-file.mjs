// Works through a file of any size in constant memory: lines are read only as fast as results are written.
//
//   node stream-large-file.mjs access.log > slow.txt
//   node stream-large-file.mjs                        a small log that stands here
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { stream } from 'atonce';

/** `GET /path 200 1234` with a duration in milliseconds at the end. */
async function examine(line) {
  const [method, path, status, ms] = line.split(' ');
  if (ms === undefined || !/^\d+$/.test(ms))
    throw new SyntaxError(`not a log line: ${line.slice(0, 40)}`);
  return { method, path, status: Number(status), ms: Number(ms) };
}

const example = new URL('./stream-large-file/access.txt', import.meta.url);
const file = await open(process.argv[2] ?? example);
const outcomes = stream(file.readLines(), examine, { concurrency: 16 });

let lines = 0;
let bad = 0;
for await (const outcome of outcomes) {
  lines++;
  if (!outcome.ok) bad++;
  else if (outcome.value.ms >= 1000) await print(`${outcome.value.ms} ${outcome.value.path}\n`);
}
console.error(`${lines} lines, ${bad} of them no log lines`);

/** Waiting for the reader of our output holds up the whole run, and with it the reading of the file. */
async function print(text) {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
