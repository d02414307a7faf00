import { RingBuffer } from '../../kernel/ring-buffer.ts';
import { NO_PARCEL, type Parcel } from './parcel.ts';
import type { Hub, Station } from './station.ts';
import type { Supply } from './supply.ts';

/** Where a station puts its results. */
export interface Outlet {
  /** Results that nobody has taken. */
  readonly size: number;
  push(parcel: Parcel): void;
  /** There will be no more. */
  end(): void;
}

/** The queue between two stations. Its producer keeps the bound: it starts nothing for whose result there is no room. */
export class Channel implements Outlet, Supply {
  parcel: Parcel = NO_PARCEL;
  /** Set when the stations are joined. */
  consumer: Station | null = null;
  producer: Station | null = null;
  private readonly hub: Hub;
  private readonly parcels = new RingBuffer<Parcel>();
  private taken = 0;
  private closed = false;

  constructor(hub: Hub) {
    this.hub = hub;
  }

  get size(): number {
    return this.parcels.size;
  }

  get ended(): boolean {
    return this.closed && this.parcels.size === 0;
  }

  get total(): number | undefined {
    return this.closed ? this.taken + this.parcels.size : undefined;
  }

  get lack(): 'waiting' | null {
    return this.parcels.size === 0 ? 'waiting' : null;
  }

  push(parcel: Parcel): void {
    const { consumer, hub } = this;
    if (hub.stopped !== null) return this.giveUp(parcel);
    consumer?.beforeChange();
    this.parcels.push(parcel);
    if (consumer !== null) hub.conveyor.wake(consumer);
  }

  end(): void {
    this.consumer?.beforeChange();
    this.closed = true;
    if (this.consumer !== null) this.hub.conveyor.wake(this.consumer);
  }

  take(): boolean {
    const { producer } = this;
    if (this.parcels.size === 0) return false;
    producer?.beforeChange();
    this.parcel = this.parcels.shift() as Parcel;
    this.taken++;
    producer?.left();
    return true;
  }

  lookAhead(): void {
    // Whether there is more is the producer's to know.
  }

  /** Gives up what waits here, because the pipeline was stopped. */
  drain(): void {
    for (let next = this.parcels.shift(); next !== undefined; next = this.parcels.shift())
      this.giveUp(next);
  }

  private giveUp(parcel: Parcel): void {
    this.hub.cancel(parcel, this.consumer?.name ?? '');
    this.producer?.left();
  }
}

/** What comes out of the last station. It never fills: the head takes nothing new while the reader is behind. */
export class LastOutlet implements Outlet {
  readonly size = 0;
  producer: Station | null = null;
  private readonly hub: Hub;

  constructor(hub: Hub) {
    this.hub = hub;
  }

  push(parcel: Parcel): void {
    this.hub.succeed(parcel);
    this.producer?.left();
  }

  end(): void {
    // The pipeline counts its stations.
  }
}
