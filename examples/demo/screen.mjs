// What people see: results on standard output, progress on standard error.
import { isAtonceError } from 'atonce';
import { gain, rateOf } from './measure.mjs';
import { paintFor } from './paint.mjs';
import { ProgressLine } from './progress-line.mjs';
import { countText, gainText, isGain, megabytesText, rateText, secondsText } from './texts.mjs';

const LABEL = 22;

const beginnings = {
  fresh: 'Starting over, as asked.',
  again: 'The last run was finished, so this one starts over.',
  resumed: 'The last run was stopped. What its journals hold is not done again.',
};

export class Screen {
  #out;
  #err;
  #paint;

  constructor(out, err) {
    this.#out = out;
    this.#err = err;
    this.#paint = paintFor(out);
    // The reader went away, as in `| head`: what was done is in the journals.
    for (const stream of [out, err]) stream.on('error', () => process.exit(141));
  }

  title({ cores, cpu, node, load }, { beginning }) {
    this.#say(
      `${this.#paint.bold('atonce demo')} on ${countText(cores, 'core')}, ${cpu}, Node ${node}`,
    );
    if (cores === 1) this.#say('One core: there is nothing to gain for work that computes.');
    if (load > cores / 2) {
      const busy = `load ${load.toFixed(1)} for ${countText(cores, 'core')}`;
      this.#say(`Other programs keep this machine busy (${busy}): expect less of a gain.`);
    }
    if (beginning in beginnings) this.#say(beginnings[beginning]);
  }

  part(title, files) {
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    this.#say(`\n${this.#paint.bold(title)}`);
    this.note(
      `${countText(files.length, 'JavaScript file')} of node_modules, ${megabytesText(bytes)}`,
    );
  }

  note(text) {
    this.#say(this.#paint.dim(`  ${text}`));
  }

  /** A line that shows how far one side is, until its row takes its place. */
  progress(label, total) {
    return new ProgressLine(this.#err, label, total);
  }

  /** One side's time and, beside `base`, how much faster it was. */
  row(label, timing, base) {
    const gained = base === undefined ? undefined : gain(base, timing);
    const notes = [
      ...(gained === undefined ? [] : [this.#verdict(isGain(gained), gainText(gained))]),
      ...(timing.reused > 0 ? [`${timing.reused} reused from the journal`] : []),
    ];
    const time = secondsText(timing.ms).padStart(9);
    const rate = rateText(rateOf(timing)).padStart(11);
    this.#say(`  ${label.padEnd(LABEL)}${time}${rate}   ${notes.join('  ')}`.trimEnd());
  }

  answers({ answers, different }) {
    const text = different === 0 ? `all ${answers} equal` : `${different} of ${answers} DIFFER`;
    this.#say(`  ${'answers'.padEnd(LABEL)}  ${this.#verdict(different === 0, text)}`);
  }

  files({ shown }) {
    this.#say(`\nLeft in ${this.#paint.bold(`${shown}/`)}`);
    this.#say('  report.md     these figures, and how they were measured');
    this.#say('  functions/    results.jsonl with a line for each file, and two journals');
    this.#say(
      '  commands/     of each side: joblog, journal, results/, trace.json for ui.perfetto.dev',
    );
  }

  stopped(output) {
    const kept = output === undefined ? '' : ` What was done is kept in ${output.shown}/:`;
    this.#err.write(`Stopped.${kept} the same command goes on from there.\n`);
  }

  failed(error) {
    const hint = isAtonceError(error, 'E_JOURNAL_CHANGED')
      ? '\nnpm run demo -- --fresh starts over'
      : '';
    this.#err.write(`demo: ${error instanceof Error ? error.message : String(error)}${hint}\n`);
  }

  #verdict(isGood, text) {
    return isGood ? this.#paint.good(text) : this.#paint.bad(text);
  }

  #say(text) {
    this.#out.write(`${text}\n`);
  }
}
