import type { Items } from '../source.ts';
import { Inflow } from './inflow.ts';
import type { Parcel } from './parcel.ts';
import type { Joints } from './stage.ts';
import type { Idle } from './stage-meter.ts';
import type { FlattenPlan } from './stage-options.ts';
import type { StageStatistics } from './statistics.ts';
import { SteppingStation } from './stepping-station.ts';

/** The item being taken apart. */
interface Opened {
  readonly parcel: Parcel;
  readonly parts: Inflow;
}

/** Hands the parts of each item on one by one, read only as there is room for them. */
export class Flatten extends SteppingStation {
  private readonly plan: FlattenPlan;
  private opened: Opened | null = null;
  /** Failed items that a dead-letter function has not answered for. */
  private failing = 0;
  private lack: Idle | null = null;

  constructor(plan: FlattenPlan, joints: Joints) {
    super(plan.name, joints);
    this.plan = plan;
  }

  /** What is being taken apart waits for room or for its own source; neither brings others on. */
  get active(): number {
    return this.failing;
  }

  load(): number {
    return this.opened !== null && this.lack === null ? 1 : 0;
  }

  idle(): Idle {
    return this.lack ?? this.supply.lack ?? 'held';
  }

  statistics(): StageStatistics {
    const { name, opened, failing, outlet } = this;
    const running = failing + (opened === null ? 0 : 1);
    const standing = { running, queued: outlet.size };
    return this.meter.read({ name, kind: 'flatten', concurrency: 1, ...standing });
  }

  /** Opens one item, hands one part on, or closes the item; false when nothing can be done now. */
  protected step(): boolean {
    this.lack = null;
    const { opened, outlet, plan, hub } = this;
    if (opened === null) return this.open();
    if (outlet.size >= plan.queue) this.lack = 'blocked';
    else if (!hub.hasRoom()) this.lack = 'reader';
    if (this.lack !== null) return false;
    if (opened.parts.take()) this.handOn(opened);
    else if (opened.parts.ended) this.close(opened);
    else return false;
    return true;
  }

  private open(): boolean {
    const { supply } = this;
    // An item whose failure is being dealt with holds the only slot.
    if (this.failing > 0) return false;
    if (!supply.take()) {
      if (supply.ended) this.end();
      return false;
    }
    this.meter.in++;
    const { parcel } = supply;
    try {
      const owner = {
        arrived: () => {
          this.hub.clock.now();
          this.hub.conveyor.wake(this);
        },
        failed: (error: unknown) => {
          this.hub.clock.now();
          this.fail(parcel, error);
        },
      };
      this.opened = { parcel, parts: new Inflow(parcel.value as Items<unknown>, owner) };
    } catch (error) {
      this.fail(parcel, error);
    }
    return true;
  }

  private handOn({ parcel, parts }: Opened): void {
    const { places } = this.hub;
    const place = parcel.place === null ? null : (places?.openBefore(parcel.place) ?? null);
    this.meter.out++;
    this.outlet.push({ ...parcel, value: parts.current, place });
  }

  private close({ parcel }: Opened): void {
    // Its failure has closed it already.
    if (this.opened?.parcel !== parcel) return;
    this.opened = null;
    if (parcel.place !== null) this.hub.places?.close(parcel.place);
  }

  private fail(parcel: Parcel, error: unknown): void {
    this.beforeChange();
    this.opened = null;
    this.failing++;
    this.meter.failed++;
    this.hub.fail(parcel, {
      stage: this.name,
      error,
      gaveUp: 'no-retry',
      attempts: 1,
      durationMs: 0,
      onError: this.plan.onError,
      done: () => {
        this.failing--;
        this.hub.conveyor.wake(this);
      },
    });
  }

  protected giveUp(): void {
    const { opened } = this;
    if (opened === null) return;
    this.opened = null;
    this.meter.failed++;
    opened.parts.close();
    this.hub.cancel(opened.parcel, this.name);
  }
}
