import { isAtonceError, type SourceError } from '../../src/kernel/errors.ts';
import type { Limit } from '../../src/engine/limits/limit.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import type { Draw } from './draw.ts';
import { drawThrown } from './thrown.ts';
import { WatchedClock } from './watch/clock.ts';
import type { Gauge } from './watch/gauge.ts';
import { type LimitUse, WatchedLimit } from './watch/limit.ts';
import { type HandedSignal, listenersOf } from './watch/signals.ts';
import type { World } from './world.ts';

/** How a promise ended. */
export type End<V> =
  | { readonly ok: true; readonly value: V }
  | { readonly ok: false; readonly error: unknown };

const LONGEST_TO_ABORT_MS = 60_000;

/** One use of one primitive: what it is given, and what it must have given back at its end. */
export class Operation {
  readonly world: World;
  readonly name: string;
  readonly draw: Draw;
  /** For the primitive: no timer may be left on it. */
  readonly clock: Clock;
  /** All that the callbacks of this operation have thrown. */
  readonly thrown = new Set<unknown>();
  signal: AbortSignal | undefined;
  /** Whether the signal is sure to be aborted one day. */
  willAbort = false;
  private readonly watched: WatchedClock;
  private readonly uses = new Map<string, LimitUse>();
  private handed: HandedSignal | null = null;
  private readonly signals: AbortSignal[] = [];
  private readonly cancelAborts: (() => void)[] = [];

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
    this.draw = world.draw;
    this.watched = new WatchedClock(world.clock);
    this.clock = world.sabotage.clock?.(this.watched) ?? this.watched;
  }

  fault(text: string): void {
    this.world.fault(`${this.name}: ${text}`);
  }

  /** Something to throw, which then may come out of the operation. */
  failure(): unknown {
    const error = drawThrown(this.draw);
    this.thrown.add(error);
    return error;
  }

  // Signals.

  /** Gives the operation a signal in that share of the cases: its own, or one of those that many share. */
  drawSignal(share: number): void {
    const { draw, world } = this;
    if (!draw.chance(share)) return;
    if (draw.chance(0.5)) {
      this.handed = world.signals.take();
      this.willAbort = true;
    } else {
      this.willAbort = draw.chance(0.5);
      this.handed = this.ownSignal(this.willAbort);
    }
    this.signal = this.handed.signal;
  }

  /** Aborts it right now, from wherever this is called. */
  abort(): void {
    this.handed?.abort();
  }

  /** A signal that nobody else has. */
  ownSignal(willAbort: boolean): HandedSignal {
    const { draw, world } = this;
    const controller = new AbortController();
    const { signal } = controller;
    const reason = draw.pick([undefined, 'own', 0, new RangeError('own')]);
    const abort = (): void => controller.abort(reason);
    this.signals.push(signal);
    if (draw.chance(0.05)) abort();
    else if (willAbort)
      this.cancelAborts.push(world.clock.after(draw.ms(LONGEST_TO_ABORT_MS), abort));
    world.sabotage.signal?.(signal);
    return { signal, abort };
  }

  // Limits.

  /** A shared limit as this operation uses it, with the gauge of the tasks at work under it; each only once. */
  takeLimit(): { readonly limit: Limit; readonly gauge: Gauge } {
    const free = this.world.limits.filter(({ name }) => !this.uses.has(name));
    const { name, limit, gauge } = this.draw.pick(free);
    return { limit: this.watch(name, limit), gauge };
  }

  /** Any limit, watched for what this operation leaves in it. */
  watch(name: string, limit: Limit): Limit {
    const use = this.uses.get(name) ?? {
      held: 0,
      waiting: 0,
      fault: (text) => this.fault(`${name}: ${text}`),
    };
    this.uses.set(name, use);
    return new WatchedLimit(limit, use);
  }

  /** How many wait for a limit of that name now. */
  waitingFor(name: string): number {
    return this.uses.get(name)?.waiting ?? 0;
  }

  // Ends.

  /** Waits for the one end there must be. */
  async end<V>(promise: Promise<V>): Promise<End<V>> {
    const { sabotage, ends } = this.world;
    try {
      const value = await (sabotage.promise?.(promise) ?? promise);
      ends.kept++;
      return { ok: true, value: sabotage.value?.(value) ?? value };
    } catch (error) {
      ends.broken++;
      return { ok: false, error };
    }
  }

  /** Finds fault with an error that the operation may not end with. */
  checkError(error: unknown, isTimed: boolean): void {
    if (!this.mayThrow(error, isTimed)) this.fault(`failed with what nobody threw: ${show(error)}`);
  }

  /** What is left of an operation that is over. */
  checkLeftovers(): void {
    for (const cancel of this.cancelAborts) cancel();
    if (this.watched.pending > 0) this.fault(`${this.watched.pending} timers are left`);
    const listeners = this.signals.reduce((sum, signal) => sum + listenersOf(signal), 0);
    if (listeners > 0) this.fault(`${listeners} listeners are left on its signals`);
    for (const [limit, { held, waiting }] of this.uses) {
      if (held > 0) this.fault(`${held} slots of ${limit} are still held`);
      if (waiting > 0) this.fault(`${waiting} are still waiting for ${limit}`);
    }
  }

  private mayThrow(error: unknown, isTimed: boolean): boolean {
    if (this.thrown.has(error)) return true;
    if (isTimed && isAtonceError(error, 'E_TIMEOUT')) return true;
    return this.signal?.aborted === true && error === this.signal.reason;
  }
}

/** As `instanceof`, which a proxy may answer by throwing. */
export function isSourceError(error: unknown): error is SourceError<unknown> {
  return isAtonceError(error, 'E_SOURCE');
}

/** Tells any value, even one that throws when it is looked at. */
export function show(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'something that must not be looked at';
  }
}
