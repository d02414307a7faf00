import type { Outlet } from './channel.ts';
import { inputsOf, NO_PARCEL, type Parcel } from './parcel.ts';
import type { Joints } from './stage.ts';
import { type Idle, type Metered, StageMeter } from './stage-meter.ts';
import type { BatchPlan } from './stage-options.ts';
import type { Hub, Station } from './station.ts';
import type { StageStatistics } from './statistics.ts';
import type { Supply } from './supply.ts';
import { type Stepping, Turns } from './turns.ts';

/**
 * Gathers items into arrays. It holds at most one batch that is not handed on yet; `queue` more may wait
 * behind it. A batch stands in the output at the place of its first item.
 */
export class Batch implements Station, Stepping, Metered {
  readonly name: string;
  readonly meter: StageMeter;
  /** What waits for more of its kind is not at work: only further items can bring it on. */
  readonly active = 0;
  due = false;
  private readonly plan: BatchPlan;
  private readonly hub: Hub;
  private readonly supply: Supply;
  private readonly outlet: Outlet;
  private readonly turns: Turns;
  private members: unknown[] = [];
  private inputs: number[] = [];
  private first: Parcel = NO_PARCEL;
  private hasWaited = false;
  private cancelTimer: (() => void) | null = null;

  constructor(plan: BatchPlan, { hub, supply, outlet }: Joints) {
    this.name = plan.name;
    this.plan = plan;
    this.hub = hub;
    this.supply = supply;
    this.outlet = outlet;
    this.meter = new StageMeter(this, hub.clock);
    this.turns = new Turns(this, hub, outlet);
  }

  start(): void {
    this.meter.start();
    this.hub.conveyor.wake(this);
  }

  work(): void {
    this.turns.take();
  }

  stop(): void {
    this.turns.stop();
  }

  beforeChange(): void {
    this.meter.account();
  }

  left(): void {
    this.hub.conveyor.wake(this);
  }

  load(): number {
    return 0;
  }

  idle(): Idle {
    if (this.members.length === this.plan.size) return 'blocked';
    return this.supply.lack ?? 'held';
  }

  statistics(): StageStatistics {
    const { name, members, outlet } = this;
    const standing = { running: members.length, queued: outlet.size };
    return this.meter.read({ name, kind: 'batch', concurrency: 1, ...standing });
  }

  /** Takes one item or hands one batch on; false when neither can be done now. */
  step(): boolean {
    this.beforeChange();
    const { members, plan, supply, outlet } = this;
    const isFull = members.length === plan.size;
    const isDue = isFull || (members.length > 0 && (this.hasWaited || supply.ended));
    if (isDue && outlet.size < plan.queue) {
      this.handOn();
      return true;
    }
    if (isFull) return false;
    if (supply.take()) {
      this.add(supply.parcel);
      return true;
    }
    if (supply.ended && members.length === 0) this.turns.end();
    return !this.turns.isOver && supply.ended && outlet.size < plan.queue;
  }

  private add(parcel: Parcel): void {
    const { plan, hub } = this;
    this.meter.in++;
    this.members.push(parcel.value);
    for (const input of inputsOf(parcel)) this.inputs.push(input);
    if (this.members.length > 1) {
      if (parcel.place !== null) hub.places?.close(parcel.place);
      return;
    }
    this.first = parcel;
    if (plan.maxWaitMs === null) return;
    this.cancelTimer = hub.clock.after(plan.maxWaitMs, () => {
      this.cancelTimer = null;
      this.hasWaited = true;
      hub.clock.now();
      hub.conveyor.wake(this);
    });
  }

  private handOn(): void {
    this.meter.out++;
    this.outlet.push(this.release());
  }

  /** The parcel of the batch; the next one begins. */
  private release(): Parcel {
    const parcel = this.first;
    parcel.value = this.members;
    parcel.inputs = this.inputs;
    this.cancelTimer?.();
    this.cancelTimer = null;
    [this.members, this.inputs, this.first, this.hasWaited] = [[], [], NO_PARCEL, false];
    return parcel;
  }

  giveUp(): void {
    if (this.members.length === 0) return;
    this.meter.failed += this.members.length;
    this.hub.cancel(this.release(), this.name);
  }
}
