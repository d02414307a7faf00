/** What a worker is to do with a value. */
export interface Work {
  readonly how: 'gives' | 'spins' | 'waits' | 'fails' | 'hangs' | 'exits';
  readonly ms: number;
  readonly value: string;
}

/** Does it, in a worker thread or process. */
export async function work({ how, ms, value }: Work): Promise<string> {
  const end = performance.now() + ms;
  while (how === 'spins' && performance.now() < end);
  if (how === 'waits') await new Promise((resolve) => setTimeout(resolve, ms));
  if (how === 'hangs') await new Promise(() => undefined);
  if (how === 'exits') process.exit(3);
  if (how === 'fails') throw new RangeError('on purpose');
  return value;
}
