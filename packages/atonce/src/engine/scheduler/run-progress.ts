import type { Job } from '../job.ts';
import type { SchedulerCounts, SchedulerEvent } from './events.ts';
import type { SchedulerSettings } from './options.ts';
import type { Records } from './records.ts';
import type { TaskGraph } from './task-graph.ts';

/** Counts where the run stands, and tells the listener if there is one. */
export class RunProgress {
  running = 0;
  succeeded = 0;
  failed = 0;
  skipped = 0;
  private readonly graph: TaskGraph;
  private readonly settings: SchedulerSettings;
  private readonly startedMs: number;
  private readonly broke: (error: unknown) => void;

  /** @param broke - Called with what the listener has thrown. */
  constructor(graph: TaskGraph, settings: SchedulerSettings, broke: (error: unknown) => void) {
    this.graph = graph;
    this.settings = settings;
    this.startedMs = settings.engine.clock.now();
    this.broke = broke;
  }

  started(job: Job<number>): void {
    if (this.settings.onProgress !== null) this.tell({ type: 'started', ...this.facts(job) });
  }

  retrying(job: Job<number>, error: unknown, delayMs: number): void {
    if (this.settings.onProgress === null) return;
    this.tell({ type: 'retrying', ...this.facts(job), error, delayMs });
  }

  reported(job: Job<number>, data: unknown): void {
    if (this.settings.onProgress !== null) this.tell({ type: 'report', ...this.facts(job), data });
  }

  settled(task: number, how: 'succeeded' | 'failed' | 'skipped', records: Records): void {
    this[how]++;
    if (this.settings.onProgress === null) return;
    const outcome = records.outcome(task);
    const { item: name, attempts: attempt } = outcome;
    this.tell({ type: 'settled', name, attempt, counts: this.counts(), outcome });
  }

  finished(): void {
    if (this.settings.onProgress !== null) this.tell({ type: 'finished', counts: this.counts() });
  }

  private facts({ index, attempt }: Job<number>): {
    name: string;
    attempt: number;
    counts: SchedulerCounts;
  } {
    return { name: this.graph.names[index] as string, attempt, counts: this.counts() };
  }

  private counts(): SchedulerCounts {
    const { running, succeeded, failed, skipped, graph, settings, startedMs } = this;
    const elapsedMs = settings.engine.clock.now() - startedMs;
    return { total: graph.size, running, succeeded, failed, skipped, elapsedMs };
  }

  private tell(event: SchedulerEvent): void {
    try {
      this.settings.onProgress?.(event);
    } catch (error) {
      this.broke(error);
    }
  }
}
