// Writes report.md: the figures, the machine they belong to, and how they were measured.
import { writeFile } from 'node:fs/promises';
import { gain, rateOf } from './measure.mjs';
import { gainText, rateText, secondsText } from './texts.mjs';

export async function writeReport(output, machine, parts) {
  const { cores, cpu, memoryGb, node, system, load } = machine;
  const lines = [
    '# atonce demo',
    '',
    `Machine: ${cpu}, ${cores} available cores, ${memoryGb} GB of memory, ${system}, Node ${node}.`,
    `Load when it began: ${load.toFixed(1)}.`,
    ...parts.flatMap(section),
    '',
    '## How it was measured',
    '',
    '- Time is wall-clock time of one run, from the call to its end, starting threads or the command included.',
    '- Files whose answers came from the journal of a stopped run took no time and are left out of',
    '  times and rates. The gain is the ratio of the rates; it is approximate (`about`) when the two',
    '  sides so worked on different files.',
    '- One run each, on a machine that may have had other things to do: a demonstration, not a benchmark.',
    '- Both sides keep the same records: journals, and for commands results, job log and trace.',
    '',
  ];
  await writeFile(output.path('report.md'), lines.join('\n'));
}

function section({ title, labels, timings, answers, different }) {
  const rows = timings.map((timing, index) => {
    const gained = index === 0 ? '' : gainText(gain(timings[0], timing));
    const { files, reused } = timing;
    return `| ${[labels[index], files, reused, secondsText(timing.ms), rateText(rateOf(timing)), gained].join(' | ')} |`;
  });
  return [
    '',
    `## ${title}`,
    '',
    '| | files | reused | time | rate | gain |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
    different === 0
      ? `All ${answers} answers are equal.`
      : `${different} of ${answers} answers differ.`,
  ];
}
