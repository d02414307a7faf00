import type { Items } from '../source.ts';
import { Inflow } from './inflow.ts';
import { NO_PARCEL, type Parcel } from './parcel.ts';
import type { Hub, Station } from './station.ts';
import type { Supply } from './supply.ts';

/** The caller's items as the first station's supply: taken only when it asks and the reader is not behind. */
export class Head implements Supply {
  parcel: Parcel = NO_PARCEL;
  lack: 'waiting' | 'source' | 'reader' | null = null;
  /** Items taken so far. */
  taken = 0;
  /** Set when the stations are joined. */
  consumer: Station | null = null;
  private readonly hub: Hub;
  private readonly inflow: Inflow;

  /** @throws OptionError when `items` cannot be iterated. */
  constructor(hub: Hub, items: Items<unknown>) {
    this.hub = hub;
    this.inflow = new Inflow(items, {
      arrived: () => this.wake(),
      failed: (error) => {
        hub.sourceFailed(error);
        this.wake();
      },
    });
  }

  get ended(): boolean {
    return this.inflow.ended;
  }

  get total(): number | undefined {
    return this.inflow.total;
  }

  take(): boolean {
    const { inflow, hub } = this;
    if (!inflow.ended && !hub.hasRoom()) this.lack = 'reader';
    else if (inflow.take()) this.lack = null;
    else this.lack = inflow.ended ? 'waiting' : 'source';
    if (this.lack !== null) return false;
    this.load();
    return true;
  }

  lookAhead(): void {
    if (this.hub.hasRoom()) this.inflow.lookAhead();
  }

  /** Ends the source. Items that were read and not taken are given up; so is the known rest where it is wanted. */
  stop(stage: string): void {
    const { inflow, hub } = this;
    const wantsRest = hub.wantsRest && inflow.total !== undefined;
    while ((inflow.isAhead || wantsRest) && inflow.take()) {
      this.load();
      hub.cancel(this.parcel, stage);
    }
    inflow.close();
  }

  private load(): void {
    const { places, clock } = this.hub;
    const place = places?.open() ?? null;
    const value = this.inflow.current;
    this.parcel = { value, inputs: this.taken++, place, takenAtMs: clock.notedMs };
  }

  private wake(): void {
    if (this.consumer === null) return;
    this.hub.clock.now();
    this.consumer.beforeChange();
    this.hub.conveyor.wake(this.consumer);
  }
}
