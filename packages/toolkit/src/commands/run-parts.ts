import { chooseSpawner } from '../processes/choose-spawner.ts';
import type { Spawner } from '../processes/spawner.ts';
import { OutputWriter } from '../runs/output-writer.ts';
import { RunMonitor } from '../runs/run-monitor.ts';
import { Slots } from '../runs/slots.ts';
import type { SteeredJobs } from '../runs/steered-jobs.ts';
import { StopSwitch } from '../runs/stop-switch.ts';
import { systemMessage } from '../runs/system-message.ts';
import { TraceFile } from '../runs/trace-file.ts';
import { CommandMaker } from './command-maker.ts';
import type { CommandHost } from './host.ts';
import type { CommandItem } from './item.ts';
import { jobEnvironment } from '../runs/job-environment.ts';
import { GroupedOutput } from '../runs/output/grouped-output.ts';
import type { OutputMode } from '../runs/output/job-output.ts';
import { StreamedOutput } from '../runs/output/streamed-output.ts';
import { JobLog } from '../runs/records/job-log.ts';
import { ResultsFolder } from '../runs/records/results-folder.ts';
import type { CommandRequest } from './request.ts';

/** What a run of commands is made of, opened together and closed together. */
export class RunParts {
  readonly request: CommandRequest;
  readonly stop: StopSwitch;
  readonly monitor: RunMonitor;
  readonly maker: CommandMaker;
  readonly output: OutputMode;
  readonly results: ResultsFolder | undefined;
  readonly jobLog: JobLog | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly spawner: Spawner;
  readonly slots: Slots = new Slots();
  /** The number of jobs at once where it is found while they run. */
  readonly steered: SteeredJobs | undefined;
  readonly #trace: TraceFile | undefined;
  readonly #writers: readonly OutputWriter[];

  /** @throws OptionError for a bad template; AtonceError `E_FILE` when a log, trace or folder cannot be opened. */
  constructor(request: CommandRequest, host: CommandHost, steered: SteeredJobs | undefined) {
    const { total, halt, journal, trace, joblog, resultsDir } = request;
    const resumes = journal?.resume === true;
    this.request = request;
    this.steered = steered;
    this.maker = new CommandMaker(request, (text) => this.monitor.warn(text));
    this.jobLog = joblog === undefined ? undefined : new JobLog(joblog, resumes);
    this.#trace =
      trace === undefined ? undefined : new TraceFile(trace, request.template.join(' '));
    this.results = resultsDir === undefined ? undefined : new ResultsFolder(resultsDir, resumes);
    this.env = jobEnvironment(host.env ?? process.env, request.forceColor);
    this.spawner = chooseSpawner(request.spawn);
    this.stop = new StopSwitch(host);
    this.monitor = new RunMonitor({
      total,
      halt,
      stop: this.stop,
      onEvent: host.onEvent,
      trace: this.#trace,
      resumable: journal !== undefined,
      steered,
    });
    this.#writers = [this.#writer(host, 'stdout'), this.#writer(host, 'stderr')];
    this.output = this.#outputMode(host);
  }

  /** What stands before each line of an item's output: the item and a tab, in one line. */
  prefixOf({ columns }: CommandItem): string {
    if (!this.request.tag) return '';
    return `${columns.join(' ').replace(/[\n\r\t]/g, ' ')}\t`;
  }

  /** Waits until all output is written. */
  async flush(): Promise<void> {
    for (const writer of this.#writers) await writer.close();
  }

  /** Waits until the output so far is written or has failed. */
  async written(): Promise<void> {
    for (const writer of this.#writers) await writer.written();
  }

  async close(): Promise<void> {
    await this.flush();
    this.stop.killSignal.removeEventListener('abort', this.#abandonOutput);
    this.stop.close();
    this.spawner.close();
    this.steered?.close();
    this.output.close();
    this.jobLog?.close();
    this.#trace?.close();
  }

  #writer(host: CommandHost, name: 'stdout' | 'stderr'): OutputWriter {
    this.stop.killSignal.addEventListener('abort', this.#abandonOutput);
    return new OutputWriter(host[name], (error) =>
      this.stop.outputFailed(error, systemMessage(name, error)),
    );
  }

  readonly #abandonOutput = (): void => {
    for (const writer of this.#writers) writer.abandon();
  };

  #outputMode(host: CommandHost): OutputMode {
    const [stdout, stderr] = this.#writers as [OutputWriter, OutputWriter];
    const { output, keepOrder } = this.request;
    if (output === 'group') return new GroupedOutput(stdout, stderr, keepOrder);
    return new StreamedOutput(stdout, stderr, {
      lines: output === 'line',
      shared: host.stdout === process.stdout && host.stderr === process.stderr,
      onCutLine: (sequence) => {
        this.monitor.warn(
          `job ${sequence} wrote a line of more than 1 MiB, which was cut into several`,
        );
      },
    });
  }
}
