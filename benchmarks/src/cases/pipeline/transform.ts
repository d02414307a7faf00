import { loadPeer } from '../../harness/peers.ts';

/** `transform` of streaming-iterables: gives results as they come, `width` at once; used as one stage. */
export type Transform = (
  width: number,
  task: (item: number) => Promise<number>,
  items: Iterable<number> | AsyncIterable<number>,
) => AsyncIterable<number>;

export async function loadTransform(): Promise<Transform> {
  const { transform } = await loadPeer<{ readonly transform: Transform }>('streaming-iterables');
  return transform;
}
