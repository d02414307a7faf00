import { inputsOf, NO_PARCEL, type Parcel } from './parcel.ts';
import type { Joints } from './stage.ts';
import type { Idle } from './stage-meter.ts';
import type { BatchPlan } from './stage-options.ts';
import type { StageStatistics } from './statistics.ts';
import { SteppingStation } from './stepping-station.ts';

/**
 * Gathers items into arrays. It holds at most one batch that is not handed on yet; `queue` more may wait
 * behind it. A batch stands in the output at the place of its first item.
 */
export class Batch extends SteppingStation {
  /** What waits for more of its kind is not at work: only further items can bring it on. */
  readonly active = 0;
  private readonly plan: BatchPlan;
  private members: unknown[] = [];
  private inputs: number[] = [];
  private first: Parcel = NO_PARCEL;
  private hasWaited = false;
  private cancelTimer: (() => void) | null = null;

  constructor(plan: BatchPlan, joints: Joints) {
    super(plan.name, joints);
    this.plan = plan;
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
  protected step(): boolean {
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
    if (supply.ended && members.length === 0) this.end();
    return !this.isOver && supply.ended && outlet.size < plan.queue;
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

  protected giveUp(): void {
    if (this.members.length === 0) return;
    this.meter.failed += this.members.length;
    this.hub.cancel(this.release(), this.name);
  }
}
