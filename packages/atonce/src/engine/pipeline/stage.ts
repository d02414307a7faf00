import type { GaveUp } from '../../kernel/outcome.ts';
import type { Job } from '../job.ts';
import type { Settings } from '../options.ts';
import { Run } from '../run.ts';
import type { RunEnd, Sink } from '../sink.ts';
import { ReadySource, type Source } from '../source.ts';
import type { Outlet } from './channel.ts';
import type { Parcel } from './parcel.ts';
import { type Idle, type Metered, StageMeter } from './stage-meter.ts';
import { slotsOf, type StagePlan } from './stage-options.ts';
import type { Hub, Station } from './station.ts';
import type { StageStatistics } from './statistics.ts';
import type { Supply } from './supply.ts';

/** Items that a stage may have where its slots are not counted. */
const UNCOUNTED_SLOTS = 4_096;

/** What a stage is joined to. */
export interface Joints {
  readonly hub: Hub;
  readonly supply: Supply;
  readonly outlet: Outlet;
}

/**
 * A stage is a run: its source is the queue before it, its sink the queue behind it. So retries, time
 * limits, shared limits, runners and grace are those of `map`.
 *
 * The bound: items that it has taken and whose results were not taken from it are never more than its
 * slots and its queue together.
 */
export class Stage implements Station, Sink<unknown, unknown>, Metered {
  readonly timed = true;
  readonly failFast = false;
  readonly wantsAll = false;
  readonly name: string;
  readonly meter: StageMeter;
  due = false;
  private readonly plan: StagePlan;
  private readonly settings: Settings<unknown>;
  private readonly hub: Hub;
  private readonly supply: Supply;
  private readonly outlet: Outlet;
  private run: Run<unknown, unknown> | null = null;
  private isOver = false;
  /** What its run has taken and not settled, by the index it has there. */
  private readonly parcels = new Map<number, Parcel>();
  /** Results that wait for an earlier one, null for those that will not come; used when ordered. */
  private readonly early = new Map<number, Parcel | null>();
  private turn = 0;
  private taken = 0;
  /** Taken and not dealt with yet. */
  private inside = 0;
  /** Taken, and the result not taken by who comes next. */
  private pending = 0;
  /** It would have taken an item, had there been room for the result. */
  private isBlocked = false;
  /** How often its run has asked for an item, and whether it got none the last time. */
  private asked = 0;
  private isTurnedAway = false;

  constructor(plan: StagePlan, settings: Settings<unknown>, { hub, supply, outlet }: Joints) {
    this.name = plan.name;
    this.plan = plan;
    this.settings = settings;
    this.hub = hub;
    this.supply = supply;
    this.outlet = outlet;
    this.meter = new StageMeter(this, hub.clock);
  }

  get active(): number {
    return this.inside;
  }

  start(): void {
    this.meter.start();
    const source = new ReadySource<unknown>(new StageSource(this, this.supply));
    this.run = new Run<unknown, unknown>(source, this.plan.task, this.settings, this);
    this.run.start();
  }

  work(): void {
    // Its run is about to be stopped too, and must not start a further try before.
    if (this.hub.stopped !== null) return;
    const { run, asked } = this;
    run?.pump();
    // A run that is about to give back a slot of a shared limit it has no use for does not hear this.
    if (this.settings.limit !== null && this.isTurnedAway && this.asked === asked)
      queueMicrotask(() => run?.pump());
  }

  stop(reason: unknown): void {
    if (this.run === null) this.over();
    else this.run.stop('aborted', reason);
  }

  // Taking.

  /** Takes the next item, if there is one and room for its result. */
  take(): boolean {
    this.beforeChange();
    this.asked++;
    this.isTurnedAway = !this.hasRoom() || !this.supply.take();
    if (this.isTurnedAway) return false;
    this.meter.in++;
    this.inside++;
    this.pending++;
    this.parcels.set(this.taken++, this.supply.parcel);
    return true;
  }

  /** Whether one more item may be taken. Asked at the source, so that retries of what was taken need no room. */
  private hasRoom(): boolean {
    this.isBlocked = this.pending >= this.most();
    return !this.isBlocked && this.hub.stopped === null;
  }

  // What its run tells.

  room(): number {
    return Infinity;
  }

  succeeded(job: Job<unknown>, value: unknown): void {
    this.beforeChange();
    const parcel = this.release(job);
    parcel.value = value;
    this.inside--;
    this.meter.durations.record(job.ranMs);
    this.meter.out++;
    if (this.plan.ordered) this.handOnInOrder(job.index, parcel);
    else this.outlet.push(parcel);
  }

  failed(job: Job<unknown>, error: unknown, gaveUp: GaveUp): void {
    this.beforeChange();
    const parcel = this.release(job);
    if (job.attempt > 0) this.meter.durations.record(job.ranMs);
    this.meter.failed++;
    const { index } = job;
    this.hub.fail(parcel, {
      stage: this.name,
      error,
      gaveUp,
      attempts: job.attempt,
      durationMs: job.ranMs,
      onError: this.plan.onError,
      done: () => {
        this.beforeChange();
        this.inside--;
        this.left();
      },
    });
    // After the failure, which may stop what is let go here.
    if (this.plan.ordered) this.handOnInOrder(index, null);
  }

  ended({ how, error }: RunEnd): void {
    if (how === 'broken') this.hub.stop('broken', error);
    this.over();
  }

  // What its neighbours tell.

  beforeChange(): void {
    this.meter.account();
  }

  left(): void {
    this.pending--;
    if (!this.isBlocked || !this.hasRoom()) return;
    this.hub.conveyor.wake(this);
  }

  // What is told of it.

  load(): number {
    const slots = this.slots();
    if (!Number.isFinite(slots)) return this.inside > 0 ? 1 : 0;
    return Math.min(1, this.inside / slots);
  }

  idle(): Idle {
    if (this.pending >= this.most()) return 'blocked';
    return this.supply.lack ?? 'held';
  }

  statistics(): StageStatistics {
    const { name, inside, pending } = this;
    const concurrency = this.slots();
    const standing = { running: inside, queued: pending - inside };
    return this.meter.read({ name, kind: 'stage', concurrency, ...standing });
  }

  /** As it was asked for, also from a runner, which may take more than it is at work on. */
  private slots(): number {
    return this.settings.concurrency ?? slotsOf(this.settings);
  }

  /** Items it may have, with those whose results wait. */
  private most(): number {
    const slots = slotsOf(this.settings);
    return (Number.isFinite(slots) ? slots : UNCOUNTED_SLOTS) + this.plan.queue;
  }

  private release(job: Job<unknown>): Parcel {
    const parcel = this.parcels.get(job.index) as Parcel;
    this.parcels.delete(job.index);
    return parcel;
  }

  private handOnInOrder(index: number, parcel: Parcel | null): void {
    if (index !== this.turn) return void this.early.set(index, parcel);
    for (
      let next: Parcel | null | undefined = parcel;
      next !== undefined;
      next = this.early.get(this.turn)
    ) {
      this.early.delete(this.turn++);
      if (next !== null) this.outlet.push(next);
    }
  }

  private over(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.meter.end();
    this.outlet.end();
    this.hub.stationEnded();
  }
}

/** A stage's supply as the source of its run. */
class StageSource implements Source<unknown> {
  current: unknown = undefined;
  private readonly stage: Stage;
  private readonly supply: Supply;

  constructor(stage: Stage, supply: Supply) {
    this.stage = stage;
    this.supply = supply;
  }

  get ended(): boolean {
    return this.supply.ended;
  }

  get total(): number | undefined {
    return this.supply.total;
  }

  take(): boolean {
    if (!this.stage.take()) return false;
    this.current = this.supply.parcel.value;
    return true;
  }

  lookAhead(): void {
    this.supply.lookAhead();
  }

  close(): void {
    // The pipeline closes what it reads from, and gives up what was not taken.
  }
}
