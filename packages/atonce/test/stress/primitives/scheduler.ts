import type { SchedulerEvent } from '../../../src/engine/scheduler/events.ts';
import type { TaskOutcome } from '../../../src/engine/scheduler/outcome.ts';
import type { ScheduleReport } from '../../../src/engine/scheduler/report.ts';
import type { ScheduledTask } from '../../../src/engine/scheduler/scheduled-task.ts';
import { createScheduler, type Scheduler } from '../../../src/engine/scheduler/scheduler.ts';
import { isAtonceError } from '../../../src/kernel/errors.ts';
import { behave } from '../behaviour.ts';
import type { Operation } from '../operation.ts';
import { type DrawnConcurrency, drawConcurrency, nestedMap } from '../concurrency.ts';

/** `createScheduler`: a random graph with weights, pools, tokens, deadlines, and tasks that join it while it runs. */
export async function runSchedule(operation: Operation): Promise<void> {
  await new Schedule(operation).run();
}

const URGENCIES = ['critical', 'high', 'normal', 'low', 'background'] as const;

class Schedule {
  private readonly operation: Operation;
  private readonly scheduler: Scheduler;
  private readonly tasks: ScheduledTask[] = [];
  private readonly over = new Set<string>();
  private readonly width: DrawnConcurrency;
  private readonly controllers = new Map<string, AbortSignal>();
  private readonly pool: ReturnType<Operation['takeLimit']>;
  private readonly account: TokenAccount;
  /** How many tasks are over when the listener aborts the run, and when it throws. */
  private readonly interruptsAt: number;
  private readonly throwsAt: number;

  constructor(operation: Operation) {
    const { draw, clock, world } = operation;
    this.operation = operation;
    operation.drawSignal(0.4);
    this.interruptsAt = draw.chance(0.05) ? draw.whole(1, 8) : Infinity;
    this.throwsAt = draw.chance(0.05) ? draw.whole(1, 8) : Infinity;
    this.pool = operation.takeLimit();
    const tokenBudget = draw.maybe(0.4, () => draw.whole(20, 200));
    this.account = new TokenAccount(tokenBudget ?? Infinity, (text) => operation.fault(text));
    this.width = drawConcurrency(operation);
    const listener = (event: SchedulerEvent): void => this.told(event);
    this.scheduler = createScheduler({
      concurrency: this.width.concurrency,
      pools: { pool: this.pool.limit },
      tokenBudget:
        tokenBudget === undefined
          ? undefined
          : (world.sabotage.tokenBudget?.(tokenBudget) ?? tokenBudget),
      ageingMs: draw.pick([1_000, Infinity]),
      hopeless: draw.pick(['run', 'skip']),
      graceMs: draw.maybe(0.2, () => draw.ms(5_000)),
      onProgress: world.sabotage.listener?.(listener) ?? listener,
      clock,
      random: draw.random,
    });
    this.scheduler.addAll(this.grow(draw.whole(1, 10)));
  }

  async run(): Promise<void> {
    const { operation, scheduler } = this;
    const end = await operation.end(scheduler.run({ signal: operation.signal }));
    if (!end.ok) return operation.checkError(end.error, true);
    this.check(end.value);
  }

  /** New tasks, each of which may need some of those before it. */
  private grow(count: number): ScheduledTask[] {
    const first = this.tasks.length;
    for (let at = first; at < first + count; at++) this.tasks.push(this.task(`task ${at}`));
    return this.tasks.slice(first);
  }

  private task(name: string): ScheduledTask {
    const { operation, tasks } = this;
    const { draw } = operation;
    const timeoutMs = draw.maybe(0.3, () => 1 + draw.ms(20_000));
    const own = draw.maybe(0.15, () => operation.ownSignal(true));
    if (own !== undefined) this.controllers.set(name, own.signal);
    const mayHang = timeoutMs !== undefined || own !== undefined || operation.willAbort;
    const pool = draw.maybe(0.3, () => 'pool');
    const { concurrency, gauges: widths } = this.width;
    const gauges = pool === undefined ? widths : [...widths, this.pool.gauge];
    const estimatedTokens = draw.maybe(0.5, () => draw.whole(0, 40)) ?? 0;
    const dependsOn = tasks.map((task) => task.name).filter(() => draw.chance(0.25));
    const addsMore = draw.chance(0.1);
    return {
      name,
      dependsOn,
      estimatedTokens,
      timeoutMs,
      pool,
      priority: draw.pick(URGENCIES),
      weight: typeof concurrency === 'number' ? draw.whole(1, Math.min(3, concurrency)) : 1,
      signal: own?.signal,
      estimatedMs: draw.maybe(0.5, () => draw.ms(10_000)),
      deadlineMs: draw.maybe(0.2, () => draw.ms(60_000)),
      retry: draw.maybe(0.3, () => ({ attempts: 2, backoff: draw.ms(2_000) })),
      onDependencyFailure: draw.pick(['skip', 'skip', 'run']),
      run: (context) => {
        for (const need of dependsOn)
          if (!this.over.has(need)) operation.fault(`${name} started before ${need} was over`);
        this.account.use(name, estimatedTokens, context);
        if (addsMore && context.attempt === 1) this.addMore();
        const nested = (inner: AbortSignal): Promise<unknown> =>
          nestedMap(operation, concurrency, inner);
        return behave({ operation, context, value: name, gauges, mayHang, nested });
      },
    };
  }

  private addMore(): void {
    // The task may go on after the run was stopped.
    if (this.operation.signal?.aborted !== true) this.scheduler.addAll(this.grow(2));
  }

  private told(event: SchedulerEvent): void {
    const { operation, account } = this;
    if (event.type === 'started' && event.attempt === 1)
      account.reserve(event.name, this.tokensOf(event.name));
    if (event.type !== 'settled') return;
    if (this.over.has(event.name)) operation.fault(`${event.name} settled twice`);
    this.over.add(event.name);
    account.settle(event.name);
    if (this.over.size === this.interruptsAt) operation.abort();
    if (this.over.size === this.throwsAt) throw operation.failure();
  }

  private tokensOf(name: string): number {
    return this.tasks.find((task) => task.name === name)?.estimatedTokens ?? 0;
  }

  private check(report: ScheduleReport): void {
    const { operation, tasks, account, pool } = this;
    const { outcomes, succeeded, failed, skipped, tokens } = report;
    if (outcomes.map(({ item }) => item).join() !== tasks.map(({ name }) => name).join())
      operation.fault('gave other outcomes than one for each task');
    if (succeeded + failed + skipped !== tasks.length) operation.fault('counts do not add up');
    if (tokens.used !== account.spent)
      operation.fault(`told ${tokens.used} tokens, used were ${account.spent}`);
    if (pool.gauge.running < 0) operation.fault('tasks left that had not come');
    for (const outcome of outcomes) this.checkOutcome(outcome, report);
  }

  private checkOutcome(outcome: TaskOutcome, report: ScheduleReport): void {
    const { operation } = this;
    if (outcome.ok) {
      if (outcome.value !== outcome.item) operation.fault(`${outcome.item} gave another's value`);
      return;
    }
    const { error, gaveUp, item } = outcome;
    if (gaveUp === 'cancelled' && isAtonceError(error, 'E_CANCELLED')) {
      if (!report.stopped && this.controllers.get(item)?.aborted !== true)
        operation.fault(`${item} was cancelled though nothing was stopped`);
    } else if (gaveUp === 'skipped') {
      if (!isAtonceError(error, 'E_SKIPPED'))
        operation.fault(`${item} was skipped without a reason`);
    } else {
      operation.checkError(error, true);
    }
  }
}

/** Tokens by what tasks say themselves: reserved at the start, settled at the end, never above the budget. */
class TokenAccount {
  spent = 0;
  private held = 0;
  private readonly budget: number;
  private readonly fault: (text: string) => void;
  private readonly open = new Map<string, { reserved: number; used: number | null }>();

  constructor(budget: number, fault: (text: string) => void) {
    this.budget = budget;
    this.fault = fault;
  }

  reserve(name: string, reserved: number): void {
    this.open.set(name, { reserved, used: null });
    this.held += reserved;
    const all = this.spent + this.held;
    if (all > this.budget) this.fault(`${all} tokens are in use, the budget is ${this.budget}`);
  }

  /** Some tasks tell that they use half of what they estimated, at their first try; others tell nothing. */
  use(
    name: string,
    estimate: number,
    context: { attempt: number; usedTokens(count: number): void },
  ): void {
    const entry = this.open.get(name);
    if (entry === undefined || estimate % 2 === 1 || context.attempt > 1) return;
    entry.used = estimate / 2;
    context.usedTokens(entry.used);
  }

  settle(name: string): void {
    const entry = this.open.get(name);
    if (entry === undefined) return;
    this.open.delete(name);
    this.held -= entry.reserved;
    this.spent += entry.used ?? entry.reserved;
  }
}
