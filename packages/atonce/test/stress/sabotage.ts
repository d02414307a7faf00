import type { Limit } from '../../src/engine/limits/limit.ts';
import type { Clock } from '../../src/kernel/clock.ts';

/** Faults planted into a program, to see that the harness finds them. */
export interface Sabotage {
  /** Stands in for each shared limit. */
  limit?(sound: Limit): Limit;
  /** Stands in for the clock of each operation. */
  clock?(sound: Clock): Clock;
  /** Is handed each operation's own signal. */
  signal?(signal: AbortSignal): void;
  /** Stands in for the promise of what an operation asked for. */
  promise?<V>(promise: Promise<V>): Promise<V>;
  /** Stands in for what a call gives. */
  value?<V>(value: V): V;
  /** Stands in for each progress listener. */
  listener?<E>(listener: (event: E) => void): (event: E) => void;
  /** What schedulers are told of their token budget. */
  tokenBudget?(tokens: number): number;
}
