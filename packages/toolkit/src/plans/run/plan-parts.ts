import { chooseSpawner } from '../../processes/choose-spawner.ts';
import type { Spawner } from '../../processes/spawner.ts';
import { jobEnvironment } from '../../runs/job-environment.ts';
import { GroupedOutput } from '../../runs/output/grouped-output.ts';
import type { OutputMode } from '../../runs/output/job-output.ts';
import { StreamedOutput } from '../../runs/output/streamed-output.ts';
import { OutputWriter } from '../../runs/output-writer.ts';
import { JobLog } from '../../runs/records/job-log.ts';
import { ResultsFolder } from '../../runs/records/results-folder.ts';
import { RunMonitor } from '../../runs/run-monitor.ts';
import { Slots } from '../../runs/slots.ts';
import { StopSwitch } from '../../runs/stop-switch.ts';
import { systemMessage } from '../../runs/system-message.ts';
import { TraceFile } from '../../runs/trace-file.ts';
import type { PlanHost, PlanRequest } from '../plan-request.ts';

/** What a plan's run is made of, opened together and closed together. */
export class PlanParts {
  readonly request: PlanRequest;
  readonly stop: StopSwitch;
  readonly monitor: RunMonitor;
  readonly output: OutputMode;
  /** For tasks whose output is read here too, which therefore cannot share our streams. */
  readonly readOutput: OutputMode;
  readonly results: ResultsFolder | undefined;
  readonly jobLog: JobLog | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly spawner: Spawner;
  readonly slots: Slots = new Slots();
  readonly #trace: TraceFile | undefined;
  readonly #writers: readonly [stdout: OutputWriter, stderr: OutputWriter];

  /** @throws AtonceError `E_FILE` when a log, trace or folder cannot be opened. */
  constructor(request: PlanRequest, host: PlanHost) {
    const { tasks, halt, journal, trace, joblog, resultsDir, plan } = request;
    const resumes = journal?.resume === true;
    this.request = request;
    this.jobLog = joblog === undefined ? undefined : new JobLog(joblog, resumes);
    this.#trace = trace === undefined ? undefined : new TraceFile(trace, plan.file);
    this.results = resultsDir === undefined ? undefined : new ResultsFolder(resultsDir, resumes);
    this.env = jobEnvironment(host.env, request.forceColor);
    this.spawner = chooseSpawner(request.spawn);
    this.stop = new StopSwitch(host);
    this.monitor = new RunMonitor({
      total: tasks.length,
      halt,
      stop: this.stop,
      onEvent: host.onEvent,
      trace: this.#trace,
      resumable: journal !== undefined,
      steered: undefined,
    });
    this.#writers = [this.#writer(host, 'stdout'), this.#writer(host, 'stderr')];
    const shared = host.stdout === process.stdout && host.stderr === process.stderr;
    this.output = this.#outputMode(shared);
    this.readOutput = request.output === 'raw' ? this.#outputMode(false) : this.output;
  }

  /** Waits until the output so far is written or has failed. */
  async written(): Promise<void> {
    for (const writer of this.#writers) await writer.written();
  }

  /** Waits until all output is written. */
  async flush(): Promise<void> {
    for (const writer of this.#writers) await writer.close();
  }

  async close(): Promise<void> {
    await this.flush();
    this.stop.killSignal.removeEventListener('abort', this.#abandonOutput);
    this.stop.close();
    this.spawner.close();
    this.output.close();
    this.jobLog?.close();
    this.#trace?.close();
  }

  #writer(host: PlanHost, name: 'stdout' | 'stderr'): OutputWriter {
    this.stop.killSignal.addEventListener('abort', this.#abandonOutput);
    return new OutputWriter(host[name], (error) =>
      this.stop.outputFailed(error, systemMessage(name, error)),
    );
  }

  readonly #abandonOutput = (): void => {
    for (const writer of this.#writers) writer.abandon();
  };

  #outputMode(shared: boolean): OutputMode {
    const [stdout, stderr] = this.#writers;
    const { output, keepOrder, tasks } = this.request;
    if (output === 'group') return new GroupedOutput(stdout, stderr, keepOrder);
    return new StreamedOutput(stdout, stderr, {
      lines: output === 'line',
      shared,
      onCutLine: (sequence) => {
        const name = tasks[sequence - 1]?.name ?? '';
        this.monitor.warn(`${name} wrote a line of more than 1 MiB, which was cut into several`);
      },
    });
  }
}
