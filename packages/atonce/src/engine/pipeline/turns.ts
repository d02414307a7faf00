import type { Outlet } from './channel.ts';
import { STEPS_A_TURN, type Worker } from './conveyor.ts';
import type { StageMeter } from './stage-meter.ts';
import type { Hub } from './station.ts';

/** A station that runs no task but does one thing after another. */
export interface Stepping extends Worker {
  readonly meter: StageMeter;
  /** Does one thing; false when nothing can be done now. */
  step(): boolean;
  /** The pipeline was stopped: what it holds is cancelled. */
  giveUp(): void;
}

/** When a station does its steps: so many at a waking, none once the pipeline is stopped. It ends exactly once. */
export class Turns {
  isOver = false;
  private readonly station: Stepping;
  private readonly hub: Hub;
  private readonly outlet: Outlet;
  private isWorking = false;

  constructor(station: Stepping, hub: Hub, outlet: Outlet) {
    this.station = station;
    this.hub = hub;
    this.outlet = outlet;
  }

  /** The station was woken. */
  take(): void {
    if (this.isOver) return;
    const { station, hub } = this;
    this.isWorking = true;
    let steps = 0;
    while (steps < STEPS_A_TURN && hub.stopped === null && station.step()) steps++;
    this.isWorking = false;
    if (steps === STEPS_A_TURN) hub.conveyor.wake(station);
    if (hub.stopped !== null) this.end();
  }

  stop(): void {
    // A source may stop the pipeline while the station reads it; then `take` sees to it.
    if (!this.isWorking) this.end();
  }

  /** Nothing more will come, or is wanted. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.station.giveUp();
    this.station.meter.end();
    this.outlet.end();
    this.hub.stationEnded();
  }
}
