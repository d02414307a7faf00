// How far one side is: a line that is redrawn on a terminal, now and then a new line elsewhere.

const REDRAW_MS = 100;
const HEARTBEAT_MS = 5_000;
const BAR = 24;

export class ProgressLine {
  #stream;
  #label;
  #total;
  #live;
  #started = performance.now();
  #shownAt = 0;
  #isShown = false;

  constructor(stream, label, total) {
    this.#stream = stream;
    this.#label = label;
    this.#total = total;
    this.#live = stream.isTTY === true && process.env.TERM !== 'dumb';
    this.#shownAt = this.#live ? 0 : this.#started;
  }

  update(worked) {
    const now = performance.now();
    if (now - this.#shownAt < (this.#live ? REDRAW_MS : HEARTBEAT_MS)) return;
    this.#shownAt = now;
    const text = this.#text(worked, now - this.#started);
    this.#stream.write(this.#live ? `\r\u001b[K${text}` : `${text}\n`);
    this.#isShown = this.#live;
  }

  clear() {
    if (this.#isShown) this.#stream.write('\r\u001b[K');
    this.#isShown = false;
  }

  #text({ files, reused }, elapsedMs) {
    const done = files + reused;
    const left =
      files === 0 ? '' : `${Math.ceil(((elapsedMs / files) * (this.#total - done)) / 1000)} s left`;
    const counts = `${String(done).padStart(String(this.#total).length)}/${this.#total}`;
    if (!this.#live) return `  ${this.#label}: ${counts}, ${left}`;
    const filled = Math.round((BAR * done) / this.#total);
    const bar = `${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}`;
    const text = `  ${this.#label.padEnd(22)}  ${bar}  ${counts}  ${left}`;
    return text.slice(0, (this.#stream.columns ?? 80) - 1);
  }
}
