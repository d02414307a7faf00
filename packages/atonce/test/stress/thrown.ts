import { AtonceError, TimeoutError } from '../../src/kernel/errors.ts';
import type { Draw } from './draw.ts';

/** A thing that throws when it is looked at. */
function prickly(): object {
  const refuse = (): never => {
    throw new TypeError('do not look');
  };
  return new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse });
}

const kinds: readonly (() => unknown)[] = [
  () => new Error('plain'),
  () => new Error('plain'),
  () => new RangeError('with a cause', { cause: 'why' }),
  () => undefined,
  () => null,
  () => 0,
  () => '',
  () => Number.NaN,
  () => 'only words',
  () => Object.freeze({ frozen: true }),
  () => Symbol('symbol'),
  () => () => undefined,
  () => Object.assign(new Error('by itself'), { name: 'AbortError' }),
  () => new AtonceError('E_CANCELLED', 'pretended'),
  () => new TimeoutError(1, 'pretended'),
  prickly,
];

/** Anything that a task may throw. */
export function drawThrown(draw: Draw): unknown {
  return draw.pick(kinds)();
}
