import { systemClock } from '../../kernel/clock.ts';
import { CancelledError } from '../../kernel/errors.ts';
import { onAbort } from '../../kernel/on-abort.ts';
import { settle } from '../options.ts';
import type { Items } from '../source.ts';
import { Batch } from './batch.ts';
import { Channel, LastOutlet } from './channel.ts';
import { Conveyor } from './conveyor.ts';
import { Flatten } from './flatten.ts';
import { Head } from './head.ts';
import { Letters } from './letters.ts';
import { NotedClock } from './noted-clock.ts';
import { describeInputs, type PipelineFailure, type PipelineOutcome } from './outcome.ts';
import { inputsOf, type Parcel } from './parcel.ts';
import { Places } from './places.ts';
import type { PipelineSettings } from './run-options.ts';
import { type Joints, Stage } from './stage.ts';
import type { StationPlan } from './stage-options.ts';
import type { Ending, Hub, Station } from './station.ts';
import { bottleneckOf, type PipelineStatistics } from './statistics.ts';

/** How a pipeline came to its end. */
export type PipelineEnd =
  | { readonly how: 'completed' }
  /** A stage whose errors stop the pipeline has failed. */
  | { readonly how: 'failed'; readonly failure: PipelineFailure }
  /** The caller's signal, the items themselves, or a callback of the caller's. */
  | { readonly how: 'aborted' | 'source' | 'broken'; readonly error: unknown };

/** Why a pipeline was stopped before its end. */
type Stop = Exclude<PipelineEnd, { readonly how: 'completed' }>;

/** Who gets what comes out. */
export interface Reader {
  /** Outcomes that may wait for it before nothing new is taken. */
  readonly highWaterMark: number;
  /** Outcomes that wait for it. */
  readonly unread: number;
  readonly inOrder: boolean;
  /** Whether items that never started are wanted as cancelled, as far as they are known. */
  readonly wantsRest: boolean;
  deliver(outcome: PipelineOutcome<unknown>): void;
  /** Called exactly once, last. */
  ended(end: PipelineEnd): void;
}

/** One execution of a pipeline: joins its stations, watches over its end, and accounts for every item. */
export class PipelineRun implements Hub {
  readonly clock: NotedClock;
  readonly conveyor: Conveyor;
  readonly places: Places | null;
  readonly wantsRest: boolean;
  private readonly settings: PipelineSettings;
  private readonly reader: Reader;
  private readonly head: Head;
  private readonly channels: Channel[] = [];
  private readonly stations: Station[] = [];
  private readonly letters = new Letters();
  private running = 0;
  /** Somebody was told that there is no room. */
  private isHeld = false;
  private isStopping = false;
  private isOver = false;
  private end: Stop | null = null;
  private sourceError: { readonly error: unknown } | null = null;
  private startedMs: number | null = null;
  private endedMs: number | null = null;
  private stopListening: (() => void) | null = null;
  private cancelGraceTimer: (() => void) | null = null;
  stopped: { readonly error: unknown } | null = null;

  /** @throws OptionError when `items` cannot be iterated. */
  constructor(
    plans: readonly StationPlan[],
    items: Items<unknown>,
    settings: PipelineSettings,
    reader: Reader,
  ) {
    this.settings = settings;
    this.reader = reader;
    this.wantsRest = reader.wantsRest;
    this.clock = new NotedClock(settings.clock ?? systemClock);
    this.conveyor = new Conveyor(this.clock, {
      rest: () => this.relieve(),
      broke: (error) => this.stop('broken', error),
    });
    this.places = reader.inOrder ? new Places((outcome) => reader.deliver(outcome)) : null;
    this.head = new Head(this, items);
    this.join(plans);
  }

  /** Begins. Stages may be called before this returns. */
  start(): void {
    const { signal } = this.settings;
    if (this.stopped !== null) return;
    this.startedMs = this.clock.now();
    if (signal?.aborted === true) return this.stop('aborted', signal.reason);
    if (signal !== undefined)
      this.stopListening = onAbort(signal, () => this.stop('aborted', signal.reason));
    // The last first, so that each finds the next one ready.
    for (const station of this.stations.toReversed()) if (this.stopped === null) station.start();
  }

  /** Ends the pipeline early; the first reason counts. */
  stop(how: 'aborted' | 'broken', error: unknown): void {
    this.stopWith({ how, error }, error, () => undefined);
  }

  statistics(): PipelineStatistics {
    const now = this.endedMs ?? this.clock.now();
    const elapsedMs = now - (this.startedMs ?? now);
    const stages = this.stations.map((station) => station.statistics());
    const meters = this.stations.map(({ meter }) => meter);
    const sourceMs = Math.max(...meters.map((meter) => meter.sourceMs));
    const readerMs = Math.max(...meters.map((meter) => meter.readerMs));
    const bottleneck = bottleneckOf(stages, { sourceMs, readerMs }, elapsedMs);
    return { elapsedMs, taken: this.head.taken, stages, bottleneck };
  }

  // What its stations ask and tell.

  hasRoom(): boolean {
    const { highWaterMark, unread } = this.reader;
    const early = this.places === null ? 0 : this.places.waiting;
    if (unread + early < highWaterMark) return true;
    // Outcomes that wait for an earlier one hold up the source, unless only more items can bring that
    // one on: it may wait in a batch that is not full.
    const isStuck = unread === 0 && this.stations.every(({ active }) => active === 0);
    if (!isStuck) this.isHeld = true;
    return isStuck;
  }

  /** Wakes those who were told that there is no room, if there is now. */
  relieve(): void {
    if (!this.isHeld || this.stopped !== null || !this.hasRoom()) return;
    this.clock.now();
    this.isHeld = false;
    for (const station of this.stations) this.conveyor.wake(station);
  }

  succeed(parcel: Parcel): void {
    const { value } = parcel;
    this.deliver(parcel, { ok: true, value, ...this.facts(parcel) });
    this.relieve();
  }

  fail(parcel: Parcel, { onError, done, ...facts }: Ending): void {
    const { value: item } = parcel;
    const failure: PipelineFailure = { ok: false, item, ...facts, ...this.facts(parcel) };
    const dealtWith = (): void => {
      // Before `done`, with which the last station may come to its end.
      this.deliver(parcel, failure);
      done();
      this.relieve();
    };
    if (failure.gaveUp === 'cancelled' || onError === 'skip') return dealtWith();
    const { error } = failure;
    if (onError === 'stop') return this.stopWith({ how: 'failed', failure }, error, dealtWith);
    this.letters.send(onError, failure, (refusal) => {
      this.clock.now();
      if (refusal === null) dealtWith();
      else this.stopWith({ how: 'broken', error: refusal.error }, refusal.error, dealtWith);
      this.endIfDone();
    });
    if (this.stopped !== null && !this.isStopping) this.giveGrace();
  }

  cancel(parcel: Parcel, stage: string): void {
    const { value: item } = parcel;
    const facts = this.facts(parcel);
    const what = describeInputs(facts.inputs);
    const text = `${what} had not come through stage ${JSON.stringify(stage)} when the pipeline was stopped`;
    const error = new CancelledError(text, this.stopped?.error);
    const ending = { stage, error, gaveUp: 'cancelled' as const, attempts: 0, durationMs: 0 };
    this.deliver(parcel, { ok: false, item, ...ending, ...facts });
  }

  sourceFailed(error: unknown): void {
    // The items taken so far still run to their end.
    this.sourceError ??= { error };
  }

  stationEnded(): void {
    this.running--;
    this.endIfDone();
  }

  // Its own.

  private join(plans: readonly StationPlan[]): void {
    let supply: Head | Channel = this.head;
    for (const [position, plan] of plans.entries()) {
      const outlet: Channel | LastOutlet =
        position === plans.length - 1 ? new LastOutlet(this) : new Channel(this);
      const station = this.build(plan, { hub: this, supply, outlet });
      supply.consumer = station;
      outlet.producer = station;
      this.stations.push(station);
      if (outlet instanceof LastOutlet) break;
      this.channels.push(outlet);
      supply = outlet;
    }
    this.running = plans.length;
  }

  private build(plan: StationPlan, joints: Joints): Station {
    if (plan.kind === 'batch') return new Batch(plan, joints);
    if (plan.kind === 'flatten') return new Flatten(plan, joints);
    const { clock } = this;
    const { graceMs, random } = this.settings;
    const settings = settle(plan.task, { ...plan.attempts, graceMs, clock, random }, []);
    return new Stage(plan, settings, joints);
  }

  private facts(parcel: Parcel): Pick<PipelineFailure, 'inputs' | 'elapsedMs'> {
    return { inputs: inputsOf(parcel), elapsedMs: this.clock.notedMs - parcel.takenAtMs };
  }

  private deliver(parcel: Parcel, outcome: PipelineOutcome<unknown>): void {
    const { places, reader } = this;
    if (places === null || parcel.place === null) reader.deliver(outcome);
    else places.settle(parcel.place, outcome);
  }

  /** @param first - Called when nothing new starts any more, before the rest is given up. */
  private stopWith(end: Stop, reason: unknown, first: () => void): void {
    if (this.stopped !== null || this.isOver) return first();
    this.clock.now();
    for (const station of this.stations) station.beforeChange();
    this.end = end;
    this.stopped = { error: reason };
    this.isStopping = true;
    first();
    for (const station of this.stations) station.stop(reason);
    for (const channel of this.channels) channel.drain();
    this.head.stop(this.stations[0]?.name ?? '');
    this.isStopping = false;
    this.giveGrace();
    this.endIfDone();
  }

  /** Letters that have no answer are waited for a while yet; some come only while the pipeline is being stopped. */
  private giveGrace(): void {
    if (this.letters.size === 0) return;
    const { graceMs = 0 } = this.settings;
    if (graceMs === 0) return this.letters.abandon();
    this.cancelGraceTimer ??= this.clock.after(graceMs, () => {
      this.cancelGraceTimer = null;
      this.letters.abandon();
    });
  }

  private endIfDone(): void {
    if (this.isOver || this.isStopping || this.running > 0 || this.letters.size > 0) return;
    this.isOver = true;
    this.endedMs = this.clock.now();
    this.stopListening?.();
    this.cancelGraceTimer?.();
    const { end, sourceError, reader } = this;
    if (end !== null) reader.ended(end);
    else if (sourceError !== null) reader.ended({ how: 'source', error: sourceError.error });
    else reader.ended({ how: 'completed' });
  }
}
