/** Tells what `await` would wait for. A getter that throws makes this throw, as `await` would. */
export function isThenable(value: unknown): value is PromiseLike<never> {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return false;
  return typeof (value as { then?: unknown }).then === 'function';
}
