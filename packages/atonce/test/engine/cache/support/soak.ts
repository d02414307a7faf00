import type { Cache } from '../../../../src/engine/cache/cache.ts';
import type { CacheStore } from '../../../../src/engine/cache/cache-store.ts';
import { createCache } from '../../../../src/engine/cache/create-cache.ts';
import { type Random, seededRandom } from '../../../../src/kernel/random.ts';
import { fakeClock, type FakeClock } from '../../../../src/testing/fake-clock.ts';
import { gatedStore } from './faulty-store.ts';

/** What the source of truth says of a key; the version grows with every invalidation. */
interface Truth {
  readonly key: string;
  readonly version: number;
  /** When it was read, milliseconds of the fake clock. */
  readonly readAt: number;
}

/** A computation under way. */
interface Running {
  readonly version: number;
  abandoned: boolean;
}

/** How a soak went. */
export interface SoakResult {
  /** Sentences on what must never happen. */
  readonly faults: readonly string[];
  readonly calls: number;
  readonly computations: number;
  readonly given: number;
  readonly storeFailures: number;
}

const TTL_MS = 60;
const STALE_MS = 30;
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', '__proto__', 'constructor'];
const LONGEST_COMPUTATION_MS = 25;
const STEPS = 400;

/**
 * Plays a random history against a cache in simulated time: calls with and without signals, aborts,
 * computations that fail or take their time, evictions, invalidations by key and tag, a store that
 * is slow, fails and hangs. The seed decides everything.
 */
export async function soak(seed: number): Promise<SoakResult> {
  return new Soak(seed).run();
}

class Soak {
  private readonly clock: FakeClock = fakeClock();
  private readonly random: Random;
  private readonly cache: Cache<Truth>;
  private readonly versions = new Map<string, number>();
  private readonly running = new Map<string, Set<Running>>();
  private readonly faults: string[] = [];
  private readonly open = new Set<Promise<unknown>>();
  private readonly controllers: AbortController[] = [];
  private calls = 0;
  private given = 0;

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.random = random;
    this.cache = createCache<Truth>({
      ttlMs: TTL_MS,
      maxEntries: 1 + this.upTo(8),
      jitter: random() < 0.5 ? 0 : 0.5,
      negativeTtlMs: random() < 0.5 ? 0 : 10,
      staleWhileErrorMs: random() < 0.5 ? 0 : STALE_MS,
      earlyRefresh: this.upTo(3),
      store: random() < 0.7 ? this.badStore() : undefined,
      storeTimeoutMs: 5,
      storeRestMs: this.upTo(100),
      clock: this.clock,
      random,
    });
  }

  async run(): Promise<SoakResult> {
    for (let steps = STEPS; steps > 0; steps--) await this.step();
    await this.clock.advance(10_000);
    if (this.open.size > 0) this.fault(`${this.open.size} calls never ended`);
    const { inFlight, computations, storeFailures } = this.cache.stats();
    if (inFlight > 0) this.fault(`${inFlight} computations are still entered`);
    if (this.clock.pending > 0) this.fault(`${this.clock.pending} timers are left`);
    const { faults, calls, given } = this;
    return { faults, calls, computations, given, storeFailures };
  }

  private async step(): Promise<void> {
    const draw = this.random();
    if (draw < 0.62) this.call();
    else if (draw < 0.7)
      this.controllers.splice(this.upTo(this.controllers.length), 1)[0]?.abort('left');
    else if (draw < 0.74) this.change([this.key()], (keys) => this.cache.invalidate({ keys }));
    else if (draw < 0.77) this.changeTag();
    else if (draw < 0.8) this.set();
    else if (draw < 0.81) this.change(KEYS, () => this.cache.clear());
    else await this.clock.advance(this.upTo(12));
  }

  private call(): void {
    const key = this.key();
    const asked = { version: this.version(key), at: this.clock.now() };
    const controller = this.random() < 0.4 ? new AbortController() : undefined;
    if (controller !== undefined) this.controllers.push(controller);
    this.calls++;
    const call = this.cache
      .getOrCompute(key, ({ signal }) => this.compute(key, signal), {
        tags: tagsOf(key),
        signal: controller?.signal,
      })
      .then(
        (truth) => this.judge(key, asked, truth),
        (error: unknown) => {
          const mayLeave = error === 'left' && controller !== undefined;
          if (error !== `no ${key}` && !mayLeave) this.fault(`${key} failed with ${String(error)}`);
        },
      );
    this.follow(call);
  }

  private judge(key: string, asked: { version: number; at: number }, truth: Truth): void {
    this.given++;
    if (truth.key !== key) this.fault(`${key} was given the value of ${truth.key}`);
    if (truth.version < asked.version)
      this.fault(`${key} asked at ${asked.at}: version ${truth.version} after ${asked.version}`);
    // Read at the beginning of a computation, it is that much older than its entry.
    const ageMs = asked.at - truth.readAt;
    if (ageMs >= TTL_MS + STALE_MS + LONGEST_COMPUTATION_MS)
      this.fault(`${key} was given a value ${ageMs} ms old`);
  }

  /** Reads the truth first and takes its time then: the worst moment for an invalidation is any. */
  private compute(key: string, signal: AbortSignal): Promise<Truth> {
    const truth = { key, version: this.version(key), readAt: this.clock.now() };
    const own: Running = { version: truth.version, abandoned: false };
    const others = this.running.get(key) ?? new Set();
    this.running.set(key, others);
    for (const other of others) {
      if (!other.abandoned && other.version === own.version)
        this.fault(`${key} is computed twice at version ${own.version}`);
    }
    others.add(own);
    const listens = this.random() < 0.5;
    const fails = this.random() < 0.25;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        others.delete(own);
        if (fails) reject(`no ${key}`);
        else resolve(truth);
      };
      const cancel = this.clock.after(this.upTo(LONGEST_COMPUTATION_MS), end);
      signal.addEventListener('abort', () => {
        own.abandoned = true;
        if (!listens) return;
        cancel();
        others.delete(own);
        reject(signal.reason);
      });
    });
  }

  private set(): void {
    const key = this.key();
    this.change([key], () => {
      const truth = { key, version: this.version(key), readAt: this.clock.now() };
      return this.cache.set(key, truth, { tags: tagsOf(key) });
    });
  }

  private changeTag(): void {
    const tag = String(this.upTo(3));
    const keys = KEYS.filter((key) => tagsOf(key).includes(tag));
    this.change(keys, () => this.cache.invalidate({ tags: [tag] }));
  }

  /** The truth changes, then the cache is told, in one go. */
  private change(keys: readonly string[], tell: (keys: readonly string[]) => Promise<void>): void {
    for (const key of keys) this.versions.set(key, this.version(key) + 1);
    this.follow(tell(keys));
  }

  private follow(promise: Promise<unknown>): void {
    this.open.add(promise);
    const done = (): void => void this.open.delete(promise);
    promise.then(done, (error: unknown) => {
      done();
      this.fault(`rejected: ${String(error)}`);
    });
  }

  /** Slow, failing, hanging; what hangs may take effect long afterwards. */
  private badStore(): CacheStore {
    const failing = this.random() * 0.2;
    const hanging = this.random() * 0.1;
    const wait = (ms: number): Promise<void> =>
      new Promise((resolve) => void this.clock.after(ms, resolve));
    const gate = async (): Promise<void> => {
      const draw = this.random();
      if (draw < failing) throw new RangeError('store');
      await wait(draw < failing + hanging ? 200 : this.upTo(4));
    };
    return gatedStore(gate, () => wait(this.upTo(4)));
  }

  private key(): string {
    return KEYS[this.upTo(KEYS.length)] as string;
  }

  private version(key: string): number {
    return this.versions.get(key) ?? 0;
  }

  /** A whole number from 0, less than `end`. */
  private upTo(end: number): number {
    return Math.floor(this.random() * end);
  }

  private fault(text: string): void {
    this.faults.push(text);
  }
}

function tagsOf(key: string): string[] {
  const place = KEYS.indexOf(key);
  return [String(place % 3), String(place % 2)];
}
