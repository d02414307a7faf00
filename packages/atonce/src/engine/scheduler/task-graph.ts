import { nearest } from '../../kernel/checks.ts';
import { checkTask, poolNumber } from './check-task.ts';
import { roomFor } from './columns.ts';
import { appendOrder } from './cycle.ts';
import { duplicateError, type GraphError, unknownError } from './graph-error.ts';
import type { SchedulerSettings } from './options.ts';
import { levelOf } from '../priority.ts';
import type { AnyTask } from './scheduled-task.ts';

/** What has no priority. */
const NORMAL = levelOf('normal');

/** Names to search for one that was meant, and their length: comparing takes the product of two lengths. */
const MOST_SEARCHED = 10_000;
const LONGEST_SEARCHED = 100;

/** A need whose task had not been added yet when the one that has it was. */
interface UnknownNeed {
  readonly task: number;
  /** Place among the needs. */
  readonly at: number;
  readonly name: string;
}

/**
 * The tasks that were added, as columns: what concerns a task stands at its number, which counts
 * from 0 in the order of adding. What orders a task is read once, as it is added, while it is at hand. It may name
 * others that come later; `link` finds them all, and the order.
 */
export class TaskGraph {
  readonly names: string[] = [];
  readonly tasks: AnyTask[] = [];
  /** Tasks that are linked. */
  linked = 0;
  /** Whether any task weighs other than 1, or estimates tokens: most graphs need not look. */
  hasWeights = false;
  hasTokens = false;
  /** The tasks that have a signal of their own, by number. */
  readonly signalled: number[] = [];
  levels: Uint8Array = new Uint8Array(0);
  weights: Float64Array = new Float64Array(0);
  /** 0 for none, then from 1. */
  pools: Int32Array = new Int32Array(0);
  tokens: Float64Array = new Float64Array(0);
  /** Infinity for none. */
  deadlinesMs: Float64Array = new Float64Array(0);
  /** Milliseconds that are known; -1 where nothing is. */
  knownMs: Float64Array = new Float64Array(0);
  /** 1 for what runs although dependencies failed. */
  runsAnyway: Uint8Array = new Uint8Array(0);
  /** The needs of a task stand from its own entry up to the next one's. */
  needStarts: Int32Array = new Int32Array(1);
  /** Numbers of the tasks needed, one after another; -1 for those that were not there yet. */
  needs: Int32Array = new Int32Array(0);
  /** For each need, whose it is. */
  needers: Int32Array = new Int32Array(0);
  /** For each task the last need that names it, or -1; with `nextNeeder` a linked list. */
  firstNeeder: Int32Array = new Int32Array(0);
  nextNeeder: Int32Array = new Int32Array(0);
  /** The linked tasks so that each comes after all it needs. */
  order: Int32Array = new Int32Array(0);

  private readonly settings: SchedulerSettings;
  private readonly numbers = new Map<string, number>();
  private unknownNeeds: UnknownNeed[] = [];
  /** Tasks not linked yet that have a signal of their own. */
  private newlySignalled: number[] = [];
  /** Sum and number of the estimates that are known. */
  private knownSum = 0;
  private knownCount = 0;

  constructor(settings: SchedulerSettings) {
    this.settings = settings;
  }

  get size(): number {
    return this.names.length;
  }

  /** What to reckon with for a task of which nothing is known, milliseconds. */
  get typicalMs(): number {
    return this.knownCount === 0 ? 1 : this.knownSum / this.knownCount;
  }

  /** The number of a task, or undefined. */
  numberOf(name: string): number | undefined {
    return this.numbers.get(name);
  }

  /**
   * Adds a task; what it depends on is looked up later.
   *
   * @throws OptionError for a bad field, GraphError for a name that is taken. Nothing is added then.
   */
  add(task: AnyTask): void {
    checkTask(task, this.settings);
    const { name } = task;
    const number = this.names.length;
    this.numbers.set(name, number);
    // Asking before would look every name up twice.
    if (this.numbers.size === number) {
      this.numbers.set(name, this.names.indexOf(name));
      throw duplicateError(name);
    }
    this.names.push(name);
    this.tasks.push(task);
    if (number >= this.levels.length) this.makeRoom(Math.max(16, 2 * number));
    this.readFigures(task, number);
    this.readNeeds(task.dependsOn, number);
    if (task.signal !== undefined) this.newlySignalled.push(number);
  }

  /**
   * Looks up what the tasks added since the last time depend on, where that was not there before them.
   *
   * @throws GraphError for an unknown name or a cycle; OptionError when `estimates` gives no time.
   * The tasks stay, unlinked.
   */
  link(): void {
    if (this.linked === this.size) return;
    this.lookUpUnknown();
    const known = this.estimateNew();
    this.connect();
    try {
      appendOrder(this);
    } catch (error) {
      this.disconnect();
      throw error;
    }
    this.knownSum += known.sum;
    this.knownCount += known.count;
    for (const task of this.newlySignalled) this.signalled.push(task);
    this.newlySignalled = [];
    this.unknownNeeds = [];
    this.linked = this.size;
  }

  /** Takes the tasks from number `first` on away again; they must not be linked. */
  forget(first: number): void {
    for (const name of this.names.splice(first)) this.numbers.delete(name);
    this.tasks.length = first;
    this.unknownNeeds = this.unknownNeeds.filter(({ task }) => task < first);
    this.newlySignalled = this.newlySignalled.filter((task) => task < first);
  }

  private makeRoom(size: number): void {
    this.levels = roomFor(this.levels, size);
    this.weights = roomFor(this.weights, size);
    this.pools = roomFor(this.pools, size);
    this.tokens = roomFor(this.tokens, size);
    this.deadlinesMs = roomFor(this.deadlinesMs, size);
    this.knownMs = roomFor(this.knownMs, size);
    this.runsAnyway = roomFor(this.runsAnyway, size);
    this.firstNeeder = roomFor(this.firstNeeder, size);
    this.order = roomFor(this.order, size);
    this.needStarts = roomFor(this.needStarts, size + 1);
  }

  private readFigures(task: AnyTask, number: number): void {
    const { priority, pool, weight = 1, estimatedTokens = 0, deadlineMs = Infinity } = task;
    this.knownMs[number] = task.estimatedMs ?? -1;
    this.levels[number] = priority === undefined ? NORMAL : levelOf(priority);
    this.pools[number] = pool === undefined ? 0 : poolNumber(pool, this.settings);
    this.weights[number] = weight;
    this.tokens[number] = estimatedTokens;
    this.deadlinesMs[number] = deadlineMs;
    this.runsAnyway[number] = task.onDependencyFailure === 'run' ? 1 : 0;
    this.firstNeeder[number] = -1;
    if (weight !== 1) this.hasWeights = true;
    if (estimatedTokens > 0) this.hasTokens = true;
  }

  private readNeeds(dependsOn: readonly string[] | undefined, number: number): void {
    const { numbers, needStarts } = this;
    const start = needStarts[number] as number;
    const length = dependsOn === undefined ? 0 : dependsOn.length;
    needStarts[number + 1] = start + length;
    if (dependsOn === undefined || length === 0) return;
    const needs = roomFor(this.needs, start + length);
    this.needs = needs;
    for (let at = 0; at < length; at++) {
      const name = dependsOn[at] as string;
      const need = numbers.get(name) ?? -1;
      needs[start + at] = need;
      if (need === -1) this.unknownNeeds.push({ task: number, at: start + at, name });
    }
  }

  private lookUpUnknown(): void {
    for (const { task, at, name } of this.unknownNeeds) {
      const need = this.numbers.get(name);
      if (need === undefined) throw this.unknown(name, task);
      this.needs[at] = need;
    }
  }

  /** Asks for the times that the new tasks do not give; says what is known of all new ones. */
  private estimateNew(): { readonly sum: number; readonly count: number } {
    const { knownMs, names, settings, size } = this;
    let sum = 0;
    let count = 0;
    for (let number = this.linked; number < size; number++) {
      if (knownMs[number] === -1 && settings.estimate !== null)
        knownMs[number] = settings.estimate(names[number] as string) ?? -1;
      const ms = knownMs[number] as number;
      if (ms === -1) continue;
      sum += ms;
      count++;
    }
    return { sum, count };
  }

  private unknown(name: string, dependent: number): GraphError {
    const needer = this.names[dependent] as string;
    const known = this.names.slice(0, MOST_SEARCHED).filter(isSearched);
    const others = known.filter((other) => other !== needer);
    const near = isSearched(name) ? nearest(name, others) : undefined;
    return unknownError(name, needer, near);
  }

  private connect(): void {
    const all = this.needStarts[this.size] as number;
    this.needers = roomFor(this.needers, all);
    this.nextNeeder = roomFor(this.nextNeeder, all);
    const { needStarts, needs, needers, firstNeeder, nextNeeder } = this;
    for (let task = this.linked; task < this.size; task++) {
      const end = needStarts[task + 1] as number;
      for (let at = needStarts[task] as number; at < end; at++) {
        const need = needs[at] as number;
        needers[at] = task;
        nextNeeder[at] = firstNeeder[need] as number;
        firstNeeder[need] = at;
      }
    }
  }

  /** Undoes `connect`, last first, which leaves the lists as they were. */
  private disconnect(): void {
    const { needStarts, needs, firstNeeder, nextNeeder } = this;
    const start = needStarts[this.linked] as number;
    for (let at = (needStarts[this.size] as number) - 1; at >= start; at--)
      firstNeeder[needs[at] as number] = nextNeeder[at] as number;
  }
}

function isSearched(name: string): boolean {
  return name.length <= LONGEST_SEARCHED;
}
