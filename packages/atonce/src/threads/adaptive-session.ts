import type { Attempt, Decision, RunnerRequest, RunnerSession } from '../engine/runner.ts';
import type { ModuleTaskSource } from '../engine/task.ts';
import type { AdaptivePlan, AdaptivePool } from './adaptive-plan.ts';
import type { ChunkFacts } from './chunk-size.ts';
import type { Entry } from './chunk.ts';
import { InlineLane } from './inline-lane.ts';
import { LoopLane } from './loop-lane.ts';
import { PlaceChooser } from './place-chooser.ts';
import type { RemoteSession } from './remote-session.ts';
import { classifyPending, needsProcess } from './work-class.ts';

/** Executes a run's items where measuring shows that it is best, and moves what has not begun when that changes. */
export class AdaptiveSession<T, R> implements RunnerSession<T> {
  readonly #source: ModuleTaskSource;
  readonly #request: RunnerRequest<T, R>;
  readonly #plan: AdaptivePlan;
  readonly #inline: InlineLane;
  readonly #chooser: PlaceChooser;
  #loop: LoopLane | undefined;
  #remote: RemoteSession<T, R> | undefined;
  readonly #remotes: RemoteSession<T, R>[] = [];
  #place: 'inline' | 'loop' | 'remote';
  /** Entries that wait for the workers to finish, so that never more are in execution than asked. */
  #parked: Entry[] | undefined;
  #pool: AdaptivePool;
  #remaining: number | undefined;
  #stopped = false;

  constructor(source: ModuleTaskSource, request: RunnerRequest<T, R>, plan: AdaptivePlan) {
    this.#source = source;
    this.#request = request;
    this.#plan = plan;
    this.#pool = plan.pool;
    this.#remaining = request.total;
    this.#place = plan.begin;
    this.#inline = new InlineLane(source, request as never, {
      sliced: () => this.#sliced(),
      pending: () => this.#pending(),
    });
    this.#chooser = new PlaceChooser(plan, this.#inline.record, plan.pool.memory.of(source));
    const first = this.#chooser.first(request.total, plan.pool.readyWorkers);
    if (first === 'start') this.#startWorkers();
    else if (first !== 'stay') this.#place = first;
    // Opened early, so that closing the pool reaches this session wherever it is.
    if (plan.asked) this.#openRemote(plan.workers);
  }

  capacity(remaining: number | undefined): number {
    this.#remaining = remaining;
    if (this.#stopped || this.#parked !== undefined) return 0;
    if (this.#place === 'remote') return this.#remoteSession().capacity(remaining);
    if (this.#place === 'loop') return this.#loopLane().capacity();
    if (this.#request.immediate) return this.#inline.size === 0 ? 1 : 0;
    return this.#inline.capacity();
  }

  submit(attempts: readonly Attempt<T>[]): void {
    if (this.#remaining !== undefined)
      this.#remaining = Math.max(0, this.#remaining - attempts.length);
    this.#hand(attempts);
  }

  #hand(entries: readonly Entry[]): void {
    if (this.#parked !== undefined) this.#parked.push(...entries);
    else if (this.#place === 'remote')
      this.#remoteSession().submit(entries as readonly Attempt<T>[]);
    else {
      const lane = this.#place === 'loop' ? this.#loopLane() : this.#inline;
      for (const entry of entries) lane.push(entry);
    }
  }

  #loopLane(): LoopLane {
    this.#loop ??= new LoopLane(this.#source, this.#request.events as never, {
      concurrency: this.#plan.loopConcurrency ?? 1,
      timeoutMs: this.#request.timeoutMs,
      elsewhere: () => (this.#inline.running ? 1 : 0),
    });
    return this.#loop;
  }

  #remoteSession(): RemoteSession<T, R> {
    return this.#remote ?? this.#openRemote(this.#chooser.workers);
  }

  #openRemote(workers: number): RemoteSession<T, R> {
    const request = { ...this.#request, concurrency: workers, total: this.#remaining };
    const { name } = this.#pool;
    const remote = this.#pool.openRemote<T, R>(this.#source, request, {
      learned: (facts) => this.#learned(facts),
      drained: () => this.#unpark(),
      died: () => this.#died(),
      closed: (error) => this.#closed(error),
      noWorker: (error) => this.#noWorker(error),
      takesOver: (entry, error) => name === 'threads' && this.#takesOver(entry, error),
    });
    this.#remote = remote;
    this.#remotes.push(remote);
    return remote;
  }

  /** Items that were not handed to this session yet; as many as are done where nobody knows. */
  #notBegun(done: number): number {
    return this.#remaining ?? done;
  }

  #sliced(): void {
    this.#loop?.wake();
    if (this.#place !== 'inline' || this.#stopped || this.#inline.running) return;
    const next = this.#chooser.afterSlice(
      this.#notBegun(this.#inline.record.done) + this.#inline.size,
      this.#pool.readyWorkers,
    );
    if (next === 'start') this.#startWorkers();
    else if (next !== 'stay') this.#move(next);
  }

  #startWorkers(): void {
    const { workers } = this.#chooser;
    void this.#pool
      .startWorkers(workers)
      .then(() => this.#chooser.workersStarted(this.#pool.readyWorkers > 0));
  }

  #pending(): void {
    if (this.#plan.loopConcurrency === undefined || this.#place !== 'inline') return;
    classifyPending(this.#inline, () => {
      if (this.#place !== 'inline' || this.#stopped) return;
      this.#chooser.mostlyWaits();
      this.#move('loop');
    });
  }

  #learned(facts: ChunkFacts): void {
    const remote = this.#remote;
    if (this.#place !== 'remote' || this.#stopped || remote === undefined) return;
    const next = this.#chooser.afterChunk(facts, {
      itemMs: remote.size.itemMs ?? 0,
      done: remote.done,
      remaining: this.#notBegun(remote.done) + remote.queued,
    });
    if (next === 'inline' || next === 'loop') this.#move(next);
  }

  #move(place: 'inline' | 'loop' | 'remote'): void {
    const entries = this.#reclaim();
    if (this.#parked !== undefined) entries.push(...this.#parked);
    this.#parked = undefined;
    if (this.#place === 'remote' && (this.#remote?.outstanding ?? 0) > 0) this.#parked = [];
    this.#place = place;
    this.#hand(entries);
    // Perhaps in the middle of being handed items, where nothing may be told.
    queueMicrotask(() => this.#request.events.ready());
  }

  /** What has not begun, where entries go now. */
  #reclaim(): Entry[] {
    if (this.#place === 'inline') return this.#inline.reclaim();
    return (this.#place === 'loop' ? this.#loop : this.#remote)?.reclaim() ?? [];
  }

  /** What kills workers must not come near the calling thread, unless that is all there is. */
  #died(): void {
    this.#chooser.stayRemote();
    if (this.#place === 'remote' || this.#stopped) return;
    if (this.#place === 'loop' || this.#plan.mayMove) this.#move('remote');
  }

  #unpark(): void {
    const parked = this.#parked;
    if (parked === undefined || this.#remotes.some((remote) => remote.outstanding > 0)) return;
    this.#parked = undefined;
    this.#hand(parked);
  }

  /** Nothing but this thread is left to run the items. */
  #noWorker(error: unknown): boolean {
    this.#chooser.noWorker(error);
    // Where there is a time limit, only the event loop can keep it.
    if (this.#place === 'remote')
      this.#move(this.#request.timeoutMs === undefined ? 'inline' : 'loop');
    return true;
  }

  #takesOver(entry: Entry, error: unknown): boolean {
    const { processes } = this.#plan;
    if (processes === undefined || !needsProcess(error)) return false;
    if (this.#pool.name !== 'processes') {
      this.#pool = processes();
      const waiting = this.#remote?.reclaim() ?? [];
      this.#openRemote(Math.min(this.#chooser.workers, this.#plan.workers));
      this.#hand(waiting);
    }
    this.#hand([entry]);
    return true;
  }

  noMore(): void {
    this.#remaining = 0;
    for (const remote of this.#remotes) remote.noMore();
  }

  abort(reason: unknown): void {
    this.#stopLanes(reason);
    for (const remote of this.#remotes) remote.abort(reason);
  }

  #stopLanes(reason: unknown): void {
    this.#stopped = true;
    this.#cancelLanes(reason);
  }

  #cancelLanes(reason: unknown): void {
    this.#inline.abort(reason);
    this.#loop?.abort(reason, this.#request.graceMs);
    // A stopped lane fails whatever it is given.
    for (const entry of this.#parked ?? []) this.#inline.push(entry);
    this.#parked = undefined;
  }

  /** The workers' session fails whatever comes now, with the pool's error. */
  #closed(error: unknown): void {
    this.#place = 'remote';
    this.#cancelLanes(error);
  }

  close(): void {
    this.#stopped = true;
    const learnt = this.#chooser.learnt();
    if (learnt !== undefined) this.#plan.pool.memory.keep(this.#source, learnt);
    for (const remote of this.#remotes) remote.close();
  }

  decision(): Decision {
    const remoteDone = this.#remotes.reduce((sum, remote) => sum + remote.done, 0);
    return this.#chooser.decision(this.#pool.name, {
      inline: this.#inline.record.done,
      loop: this.#loop?.done ?? 0,
      remote: remoteDone,
    });
  }
}
