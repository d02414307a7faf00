// Second part: an external command for each file, by `atonce run`, with -j 1 and with all cores.
import { mkdir, writeFile } from 'node:fs/promises';
import { availableCores } from 'atonce';
import { atonceRun } from './atonce-run.mjs';
import { compareAnswers } from './compare-answers.mjs';
import { hasProgram } from './has-program.mjs';
import { measure } from './measure.mjs';
import { resultsIn } from './results-in.mjs';

const command = 'gzip -9 -c {}';

/** Undefined when the machine has no gzip. */
export async function runCommandsPart(files, setting) {
  const { output, screen } = setting;
  screen.part(`A command for each file, run by atonce run: ${command}`, files);
  if (!(await hasProgram('gzip'))) return void screen.note('left out: there is no gzip here');

  const list = output.path('commands/files.txt');
  await mkdir(output.path('commands'), { recursive: true });
  await writeFile(list, `${files.map(({ path }) => path).join('\n')}\n`);
  const sides = [
    { name: 'one-at-a-time', label: 'one at a time, -j 1', jobs: '1' },
    { name: 'at-once', label: `at once, -j ${availableCores()}`, jobs: 'auto' },
  ];
  const timings = [];
  const answers = [];
  for (const { name, label, jobs } of sides) {
    const folder = output.path(`commands/${name}`);
    await mkdir(folder, { recursive: true });
    const { timing } = await measure({ name: `commands/${name}`, label, files }, setting, (run) =>
      atonceRun({ command, list, jobs, folder }, run),
    );
    screen.row(label, timing, timings[0]);
    timings.push(timing);
    answers.push(await resultsIn(`${folder}/results`));
  }
  const comparison = compareAnswers(answers[0], answers[1]);
  screen.answers(comparison);
  const labels = sides.map(({ label }) => label);
  return { title: 'A command for each file, run by atonce run', labels, timings, ...comparison };
}
