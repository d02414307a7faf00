/** A far side to be simulated: a queue with so many places, and its faults. */
export interface Resource {
  readonly name: string;
  readonly family: string;
  /** Requests served at the same time. */
  readonly capacity: number;
  /** Time of one request without others, milliseconds. */
  readonly serviceMs: number;
  /** Standard deviation of the logarithm of the time of a request. */
  readonly noise: number;
  /** One request in ten takes so many times as long; 1 for none. */
  readonly slowFactor: number;
  /** How much slower a request becomes for each time the capacity that is there beyond it; 0 for a plain queue. */
  readonly degrading: number;
  /** Answers 429 to what is more than a quarter beyond its capacity, which costs it time. */
  readonly refuses: boolean;
  /** From a third to two thirds of the batch the capacity is multiplied by this; 1 for no change. */
  readonly dip: number;
}

const capacities = [1, 3, 8, 20, 50, 100, 200];

const families: readonly Omit<Resource, 'name' | 'capacity'>[] = [
  plain('queue', {}),
  plain('queue, very noisy', { noise: 0.8 }),
  plain('queue, one in ten 10 times as slow', { slowFactor: 10 }),
  plain('slows a little', { degrading: 0.3 }),
  plain('slows a little, noisy', { degrading: 0.3, noise: 0.6 }),
  plain('only slows', { degrading: 1 }),
  plain('only slows, noisy', { degrading: 1, noise: 0.6 }),
  plain('only slows, one in ten 10 times as slow', { degrading: 1, slowFactor: 10 }),
  plain('halved and restored', { dip: 0.5 }),
  plain('halved and restored, slows a little', { dip: 0.5, degrading: 0.3 }),
  plain('halved and restored, only slows', { dip: 0.5, degrading: 1 }),
  plain('quartered and restored, slows a little', { dip: 0.25, degrading: 0.3 }),
  plain('says 429', { refuses: true }),
  plain('says 429, noisy', { refuses: true, noise: 0.6 }),
  plain('says 429, halved and restored', { refuses: true, dip: 0.5 }),
  plain('says 429, slows a little', { refuses: true, degrading: 0.3 }),
];

/** Every family at every capacity. */
export const resources: readonly Resource[] = families.flatMap((family) =>
  capacities.map((capacity) => ({ ...family, capacity, name: `${family.family}, ${capacity}` })),
);

function plain(family: string, faults: Partial<Resource>): (typeof families)[number] {
  return {
    family,
    serviceMs: 100,
    noise: 0.25,
    slowFactor: 1,
    degrading: 0,
    refuses: false,
    dip: 1,
    ...faults,
  };
}
