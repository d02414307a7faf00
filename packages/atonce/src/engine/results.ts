import type { Decision } from './runner.ts';

/** An array of results that also says where they were computed, when anything but the event loop was asked for. */
export type Results<R> = R[] & {
  /** Where the tasks ran and why; not enumerable, so that comparing and serialising see a plain array. */
  readonly decision?: Decision;
};

/** Adds the decision to finished results. */
export function withDecision<R>(results: R[], decision: Decision | undefined): Results<R> {
  if (decision !== undefined)
    Object.defineProperty(results, 'decision', { value: decision, enumerable: false });
  return results;
}

/**
 * An array to put results into by index, with all its places from the start where their number is
 * known: growing it costs `map` a fifth of its time, and filling it from the back would turn it into
 * a hash table.
 */
export function placesFor<V>(items: unknown): V[] {
  return Array.isArray(items) ? new Array<V>(items.length) : [];
}

/** Puts a result in its place, making the places before it in order where they are not there yet. */
export function putAt<V>(places: V[], index: number, value: V): void {
  while (places.length < index) places.push(value);
  places[index] = value;
}

/** Puts the results of items that follow each other in their places. */
export function fillFrom<V>(places: V[], first: number, values: readonly V[]): void {
  let index = first;
  for (const value of values) putAt(places, index++, value);
}
