import { Writable } from 'node:stream';
import { estimateWidth, loadMeasure, needsExactMeasure } from '../../../report/text-width.ts';
import type { Glyphs } from '../glyphs.ts';
import type { Paint } from '../paint.ts';
import { JobLog } from './job-log.ts';
import { LiveScreen, SHOW_CURSOR, type TerminalStream } from './live-screen.ts';
import type { LiveStyle } from './live-style.ts';
import { renderLive } from './render-live.ts';
import { applyEvent, initialState } from './state.ts';
import type { ProgressView, ViewStreams } from './view.ts';

/** What a live view needs of its terminal. */
export interface LiveViewOptions {
  readonly paint: Paint;
  readonly glyphs: Glyphs;
  readonly verbose: boolean;
  /** Standard output is the same terminal, so what is printed there must make room too. */
  readonly stdoutIsSameTerminal: boolean;
  /** Writes at once, also while the program ends. */
  readonly writeNow: (text: string) => void;
}

/** Ten frames a second are enough to look alive and cost nothing. */
const FRAME_MS = 100;

/** Shows a region at the end of the terminal that is kept up to date until the run ends. */
export function createLiveView(
  streams: ViewStreams & { readonly stderr: TerminalStream },
  options: LiveViewOptions,
): ProgressView {
  const view = new LiveView(streams.stderr, options);
  const throughScreen = (): Writable => view.printing();
  return {
    jobStdout: options.stdoutIsSameTerminal ? throughScreen() : streams.stdout,
    jobStderr: throughScreen(),
    onEvent: (event) => view.onEvent(event),
    onStop: (how) => view.onStop(how),
    close: () => view.close(),
  };
}

class LiveView {
  readonly #terminal: TerminalStream;
  readonly #options: LiveViewOptions;
  readonly #screen: LiveScreen;
  readonly #state = initialState(performance.now());
  readonly #log: JobLog;
  readonly #timer: NodeJS.Timeout;
  #measure = estimateWidth;
  #measureAsked = false;

  constructor(terminal: TerminalStream, options: LiveViewOptions) {
    this.#terminal = terminal;
    this.#options = options;
    this.#screen = new LiveScreen(terminal);
    const print = (line: string): void => this.#screen.printLine(`atonce: ${line}`);
    this.#log = new JobLog({ ...options, print });
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
    this.#timer.unref();
    process.on('SIGTSTP', this.#suspend);
    process.on('exit', this.#restoreCursor);
  }

  onEvent(event: Parameters<ProgressView['onEvent']>[0]): void {
    applyEvent(this.#state, event, performance.now());
    this.#log.onEvent(event);
    if (event.type === 'started' && needsExactMeasure(event.command)) this.#askForMeasure();
    if (event.type === 'planned' && event.jobs.some(({ name }) => needsExactMeasure(name)))
      this.#askForMeasure();
  }

  onStop(how: 'gently' | 'now'): void {
    this.#state.stopping = how;
    this.#draw();
  }

  close(): void {
    clearInterval(this.#timer);
    process.off('SIGTSTP', this.#suspend);
    this.#screen.clear();
    this.#screen.endLine();
    process.off('exit', this.#restoreCursor);
  }

  /** A stream whose text is printed above the region. */
  printing(): Writable {
    return new Writable({
      decodeStrings: true,
      write: (chunk: Uint8Array, _encoding, done) => this.#screen.print(chunk, done),
    });
  }

  #draw(): void {
    const { paint, glyphs } = this.#options;
    const { columns, rows } = this.#terminal;
    const style: LiveStyle = { columns, rows, paint, glyphs, measure: this.#measure };
    this.#screen.draw(renderLive(this.#state, performance.now(), style));
  }

  #askForMeasure(): void {
    if (this.#measureAsked) return;
    this.#measureAsked = true;
    loadMeasure().then(
      (measure) => {
        this.#measure = measure;
        this.#screen.useMeasure(measure);
      },
      // The estimate is never too narrow, so the region stays right without the exact measure.
      () => undefined,
    );
  }

  /** Ctrl-Z: the shell gets a clean terminal, and the region comes back with the next frame. */
  readonly #suspend = (): void => {
    this.#screen.clear();
    process.kill(process.pid, 'SIGSTOP');
  };

  readonly #restoreCursor = (): void => {
    if (this.#screen.cursorHidden) this.#options.writeNow(SHOW_CURSOR);
  };
}
