const nativeThen = Promise.prototype.then;

/**
 * Follows what a task gave, by the intrinsic `then`, so that a patched one cannot settle an item twice.
 * Neither callback is called before this returns; what cannot be followed has failed.
 */
export function follow(
  given: PromiseLike<unknown>,
  onValue: (value: unknown) => void,
  onError: (error: unknown) => void,
): void {
  try {
    void nativeThen.call(Promise.resolve(given), onValue, onError);
  } catch (error) {
    queueMicrotask(() => onError(error));
  }
}
