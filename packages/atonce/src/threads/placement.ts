/** What one message's share of an item costs on the sender's and on the worker's side, in milliseconds. */
const SENDER_MS = 0.0003;
const WORKER_MS = 0.0002;
/** From asking for a worker until it is ready: nearly all of it is computing. */
const START_MS = 45;
/** What a worker adds that starts beside the first one, on a core of its own. */
const NEXT_START_MS = 5;
/** Until workers have imported a task's module and run its code in. */
export const LOAD_MS = 20;
/**
 * What an item costs beyond that while the code around it is new to the caller's thread and to the
 * workers: it is interpreted, and compiling it takes cores from the work.
 */
const COLD_MS = 0.009;
/** Items until it is compiled. */
export const COLD_ITEMS = 8_000;
/** Predicted gains below this are not worth the risk of being wrong. */
export const WORTHWHILE = 1.1;
/** The same where workers have to be started first, which takes cores from the calling thread and new memory. */
export const WORTH_STARTING = 1.5;
/** Workers that have really gained less than this give the work back. */
export const LEAST_GAIN = 1;

/** What is known of the work that is left. */
export interface WorkFacts {
  /** Running time of an item. */
  readonly itemMs: number;
  /** Copying an item's input and result, both ways, both sides together. */
  readonly cloneMs: number;
  /** Items left. */
  readonly remaining: number;
  /** Workers that would share them. */
  readonly workers: number;
  /** Cores there are for them and the calling thread. */
  readonly cores: number;
  /** Workers that would have to be started first. */
  readonly toStart: number;
  /** What earlier runs have lost already for want of workers: starting them costs this one so much less. */
  readonly startCreditMs: number;
  /** Milliseconds until the workers have the task loaded. */
  readonly loadMs: number;
  /** Items that will be slower because the code around them is new. */
  readonly coldItems: number;
  /** The items wait instead of computing, so that more workers than cores help. */
  readonly waiting: boolean;
}

/** Milliseconds from asking for workers until they are ready. */
export function startMs(workers: number, cores: number): number {
  if (workers === 0) return 0;
  const beside = Math.min(workers, cores);
  return START_MS + beside * NEXT_START_MS + ((workers - beside) * START_MS) / cores;
}

/** Milliseconds that this many items take longer on workers because the code around them is new. */
export function coldMs(items: number): number {
  return items * COLD_MS;
}

/** Milliseconds an item takes when workers share the items. */
function remoteItemMs({ itemMs, cloneMs, remaining, workers, cores, waiting }: WorkFacts): number {
  const sender = SENDER_MS + cloneMs / 2;
  const worker = itemMs + WORKER_MS + cloneMs / 2;
  // Three items on two workers take as long as four.
  const share = Math.ceil(remaining / workers) / Math.max(1, remaining);
  const computing = waiting ? cloneMs : itemMs + cloneMs + SENDER_MS + WORKER_MS;
  return Math.max(sender, worker * share, computing / cores);
}

/**
 * How many times faster the rest would be done with workers than without, when the calling thread
 * goes on until they are ready.
 */
export function remoteGain(facts: WorkFacts): number {
  const { itemMs, remaining, toStart } = facts;
  const inline = itemMs * remaining;
  if (inline <= 0) return 0;
  const wait = startMs(toStart, facts.cores);
  const left = Math.max(0, inline - wait) / itemMs;
  const loading = Math.min(facts.loadMs, left * itemMs);
  const withWorkers =
    Math.max(0, wait + loading - facts.startCreditMs) +
    coldMs(Math.min(left, facts.coldItems)) +
    left * remoteItemMs({ ...facts, remaining: Math.max(1, Math.round(left)) });
  return inline / Math.max(withWorkers, inline / facts.workers);
}

/** Workers that finish `inlineMs` of waiting items soonest, starting included. */
export function workersForWaiting(inlineMs: number, most: number, cores: number): number {
  // Least of n * START_MS / cores + inlineMs / n.
  return Math.max(1, Math.min(most, Math.round(Math.sqrt((inlineMs * cores) / START_MS))));
}
