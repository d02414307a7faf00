import type { Operation } from './operation.ts';
import { type Gauge, Presence } from './watch/gauge.ts';
import { listenersOf } from './watch/signals.ts';

/** One call of a task. */
export interface Act<V> {
  readonly operation: Operation;
  readonly context: { readonly signal: AbortSignal };
  /** What it gives if it gives anything. */
  readonly value: V;
  /** Where it counts as at work. */
  readonly gauges: readonly Gauge[];
  /** Whether something is sure to end the attempt, so that it need not. */
  readonly mayHang: boolean;
  /** Something that the task may start itself and wait for. */
  readonly nested?: ((signal: AbortSignal) => Promise<unknown>) | undefined;
}

const LONGEST_MS = 90_000;

const kinds = {
  at_once: 3,
  throws: 1,
  later: 8,
  fails: 2,
  heeds: 6,
  thenable: 1,
  never: 1,
  after_abort: 1,
  aborts: 0.3,
  nests: 1,
} as const;

type Kind = keyof typeof kinds;

const weighted: readonly Kind[] = (Object.keys(kinds) as Kind[]).flatMap((kind) =>
  Array.from({ length: kinds[kind] * 10 }, () => kind),
);

/** Does what tasks do: succeed and fail, at once and later, listen to their signal or not, hang, nest. */
export function behave<V>(act: Act<V>): V | PromiseLike<V> {
  const { operation, value, mayHang, nested } = act;
  let kind = operation.draw.pick(weighted);
  if (!mayHang && (kind === 'never' || kind === 'after_abort')) kind = 'later';
  if (nested === undefined && kind === 'nests') kind = 'heeds';
  if (kind === 'at_once') return value;
  if (kind === 'throws') throw operation.failure();
  if (kind === 'never' && operation.draw.chance(0.5)) return new Promise<V>(() => undefined);
  const signal = act.context.signal;
  const presence = new Presence(act.gauges, signal, (text) => operation.fault(text));
  const running = new Promise<V>((resolve, reject) => {
    play(kind, { ...act, signal, presence, resolve, reject });
  }).finally(presence.leave);
  if (kind !== 'thenable') return running;
  return { then: (onValue, onError) => running.then(onValue, onError) };
}

interface Scene<V> extends Act<V> {
  readonly signal: AbortSignal;
  readonly presence: Presence;
  resolve(value: V): void;
  reject(error: unknown): void;
}

function play<V>(kind: Kind, scene: Scene<V>): void {
  const { operation, value, signal, resolve, reject } = scene;
  const { draw, world } = operation;
  const ms = draw.ms(LONGEST_MS);
  switch (kind) {
    case 'never':
      return;
    case 'fails':
      return void world.clock.after(ms, () => reject(operation.failure()));
    case 'heeds': {
      const stop = (): void => {
        cancel();
        reject(signal.reason);
      };
      const cancel = world.clock.after(ms, () => {
        signal.removeEventListener('abort', stop);
        resolve(value);
      });
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
      return;
    }
    case 'after_abort': {
      const goOn = (): void =>
        void world.clock.after(ms, () =>
          draw.chance(0.5) ? resolve(value) : reject(operation.failure()),
        );
      if (signal.aborted) goOn();
      else signal.addEventListener('abort', goOn, { once: true });
      return;
    }
    case 'nests':
      // It goes on afterwards, with its slot to itself again.
      return void nest(scene).then(() => void world.clock.after(ms, () => resolve(value)), reject);
    case 'aborts':
      operation.abort();
      break;
    default:
  }
  world.clock.after(ms, () => resolve(value));
}

/** The task waits for what it starts, which may have its slot meanwhile and must leave nothing on its signal. */
async function nest<V>({ operation, signal, presence, nested }: Scene<V>): Promise<void> {
  const before = listenersOf(signal);
  presence.pause();
  try {
    await nested?.(signal);
  } finally {
    presence.come();
    const left = listenersOf(signal);
    if (left > before) operation.fault(`what was nested left ${left - before} listeners`);
  }
}
