import type { Idle } from './stage-meter.ts';
import type { Parcel } from './parcel.ts';

/** Where a station takes its parcels from: the queue behind the stage before, or the caller's items. */
export interface Supply {
  /** The parcel taken last. */
  readonly parcel: Parcel;
  /** Nothing more will come. */
  readonly ended: boolean;
  /** How many parcels there are in all, when known. */
  readonly total: number | undefined;
  /** Why there is nothing to take now; null when there may be something. */
  readonly lack: Idle | null;
  /** Takes the next one into `parcel`; false when there is none now. */
  take(): boolean;
  /** Makes `ended` true if there is nothing more. */
  lookAhead(): void;
}
