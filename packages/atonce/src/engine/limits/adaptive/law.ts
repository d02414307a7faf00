import type { Random } from '../../../kernel/random.ts';
import type { SlotResult } from '../limit.ts';
import type { LoadReading } from './readings.ts';

/** How one use of a slot ended, as a law is told, or that the far side has asked for less meanwhile. */
export interface SlotUse {
  /** When it ended, milliseconds of the limit's clock. */
  readonly nowMs: number;
  readonly durationMs: number;
  readonly result: SlotResult;
  /** Whether the slot was given back; false when a task told of an overload and goes on. */
  readonly ended: boolean;
  /** Slots taken when it ended, its own included. */
  readonly inFlight: number;
  /** Slots there were when it ended. */
  readonly limit: number;
}

/** What a law wants: so many slots, and why. It may be a fraction and beyond the bounds; the limit rounds and keeps to them. */
export interface Verdict {
  readonly limit: number;
  /** A few words for people, for instance `refused by the far side`. */
  readonly reason: string;
  /** The law that decided, where several are asked. */
  readonly law?: string | undefined;
}

/** A law at work in one limit: it is told of every use and never sees the queue. */
export interface LawState {
  /** Told of each use that ended; null or nothing means that nothing changes. */
  observe(use: SlotUse): Verdict | null;
}

/** What a law can count on. */
export interface LawSetting {
  readonly min: number;
  readonly initial: number;
  readonly max: number;
  /** Load of this machine; null when nobody measures it. */
  readonly readings: (() => LoadReading) | null;
  readonly random: Random;
}

/** Says how many slots there should be, apart from whoever enforces it. One law may serve many limits. */
export interface LimitLaw {
  readonly name: string;
  start(setting: LawSetting): LawState;
}

/** Whether a law has said something: one that divides by zero, or returns nothing, must not take the limit away. */
export function isUsable(verdict: Verdict | null | undefined): verdict is Verdict {
  return verdict !== null && verdict !== undefined && !Number.isNaN(verdict.limit);
}
