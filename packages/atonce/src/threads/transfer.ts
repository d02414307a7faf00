const brand: unique symbol = Symbol.for('atonce.transfer') as never;

/** Anything `postMessage` can move instead of copying: an ArrayBuffer, a MessagePort, a stream. */
export type TransferableObject = ArrayBuffer | import('node:worker_threads').MessagePort | object;

/** A value together with what of it is to be moved rather than copied. */
export interface Transferred {
  readonly [brand]: true;
  readonly value: unknown;
  readonly transferList: readonly TransferableObject[];
}

/**
 * Marks parts of an input or of a task's result as moved instead of copied: the sender's
 * ArrayBuffers are detached and the receiver gets them without a copy. The task and the caller see
 * the bare value, hence the return type. Where nothing is copied anyway (inline, on the loop) it is
 * passed on as it is, and processes copy: nothing is detached there.
 *
 * An input that was moved cannot be sent a second time, so it cannot be retried on another worker.
 *
 * @example
 * await map(images.map((pixels) => transfer(pixels, [pixels.buffer])), sharpen, { on: pool });
 */
export function transfer<T>(value: T, transferList: readonly TransferableObject[]): T {
  const wrapper: Transferred = { [brand]: true, value, transferList };
  return wrapper as never;
}

/** Tells a value wrapped by `transfer`, also one made by another copy of the package. */
export function isTransferred(value: unknown): value is Transferred {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return brand in value;
  } catch {
    // A proxy that does not let itself be asked.
    return false;
  }
}

/** The bare value, for execution where nothing is copied. */
export function unwrapTransferred<T>(value: T): T {
  return isTransferred(value) ? (value.value as T) : value;
}
