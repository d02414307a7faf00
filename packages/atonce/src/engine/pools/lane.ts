import type { PoolCall } from './call.ts';

/** Who is told how calls end. */
export interface LaneOwner {
  fulfilled(call: PoolCall, value: unknown): void;
  rejected(call: PoolCall, error: unknown): void;
}

/**
 * Where calls run one after the other. Its two callbacks are used for all of them, so that a pool
 * makes as many as it has slots.
 */
export class Lane {
  /** The call that runs here; null in between, and for good once a call was given up before its end. */
  call: PoolCall | null = null;
  readonly onValue: (value: unknown) => void;
  readonly onError: (error: unknown) => void;

  constructor(owner: LaneOwner) {
    this.onValue = (value) => {
      const call = this.leave();
      if (call !== null) owner.fulfilled(call, value);
    };
    this.onError = (error) => {
      const call = this.leave();
      if (call !== null) owner.rejected(call, error);
    };
  }

  private leave(): PoolCall | null {
    const { call } = this;
    this.call = null;
    return call;
  }
}
