import type { Outlet } from './channel.ts';
import { STEPS_A_TURN } from './conveyor.ts';
import type { Joints } from './stage.ts';
import { type Idle, type Metered, StageMeter } from './stage-meter.ts';
import type { Hub, Station } from './station.ts';
import type { StageStatistics } from './statistics.ts';
import type { Supply } from './supply.ts';

/**
 * A station that runs no task but does one thing after another: so many at a waking, none once the
 * pipeline is stopped. It ends exactly once.
 */
export abstract class SteppingStation implements Station, Metered {
  readonly name: string;
  readonly meter: StageMeter;
  due = false;
  abstract readonly active: number;
  protected readonly hub: Hub;
  protected readonly supply: Supply;
  protected readonly outlet: Outlet;
  protected isOver = false;
  private isWorking = false;

  constructor(name: string, { hub, supply, outlet }: Joints) {
    this.name = name;
    this.hub = hub;
    this.supply = supply;
    this.outlet = outlet;
    this.meter = new StageMeter(this, hub.clock);
  }

  abstract load(): number;

  abstract idle(): Idle;

  abstract statistics(): StageStatistics;

  /** Does one thing; false when nothing can be done now. */
  protected abstract step(): boolean;

  /** The pipeline was stopped: what it holds is cancelled. */
  protected abstract giveUp(): void;

  start(): void {
    this.meter.start();
    this.hub.conveyor.wake(this);
  }

  work(): void {
    if (this.isOver) return;
    const { hub } = this;
    this.isWorking = true;
    let steps = 0;
    while (steps < STEPS_A_TURN && hub.stopped === null && this.stepOn()) steps++;
    this.isWorking = false;
    if (steps === STEPS_A_TURN) hub.conveyor.wake(this);
    if (hub.stopped !== null) this.end();
  }

  private stepOn(): boolean {
    this.beforeChange();
    return this.step();
  }

  stop(): void {
    // A source may stop the pipeline while the station reads it; then `work` sees to it.
    if (!this.isWorking) this.end();
  }

  beforeChange(): void {
    this.meter.account();
  }

  left(): void {
    this.hub.conveyor.wake(this);
  }

  /** Nothing more will come, or is wanted. */
  protected end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.giveUp();
    this.meter.end();
    this.outlet.end();
    this.hub.stationEnded();
  }
}
