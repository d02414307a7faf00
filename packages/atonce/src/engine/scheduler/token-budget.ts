/** Whether an estimate fits: at once, perhaps when running tasks have settled, or never again. */
export type Fit = 'now' | 'later' | 'never';

interface Use {
  readonly reserved: number;
  used: number;
  /** The task has told what it used, so that its estimate no longer counts once it is over. */
  told: boolean;
  open: boolean;
}

/**
 * Account of the tokens of one run. A task that starts reserves its estimate; once it is over, what
 * it told counts, and the estimate if it told nothing. Reservations and what was spent never exceed
 * the budget together, unless tasks use more than they estimated.
 */
export class TokenBudget {
  readonly budget: number;
  /** Used by tasks that are over. */
  private spent = 0;
  /** Held by tasks that are not: the estimate, or what was used if that is more. */
  private held = 0;
  private readonly uses = new Map<number, Use>();

  constructor(budget: number) {
    this.budget = budget;
  }

  /** Used by tasks that are over, and held by those that are not. */
  get committed(): number {
    return this.spent + this.held;
  }

  fit(estimate: number): Fit {
    if (estimate <= this.budget - this.committed) return 'now';
    return estimate <= this.budget - this.spent ? 'later' : 'never';
  }

  /** Holds a task's estimate until `settle`. */
  reserve(task: number, estimate: number): void {
    this.uses.set(task, { reserved: estimate, used: 0, told: false, open: true });
    this.held += estimate;
  }

  holds(task: number): boolean {
    return this.uses.size > 0 && this.uses.get(task)?.open === true;
  }

  /** A task tells what it has used. What it tells after its end is true all the same. */
  use(task: number, count: number, isOver: boolean): void {
    const use = this.uses.get(task) ?? { reserved: 0, used: 0, told: false, open: !isOver };
    this.uses.set(task, use);
    const before = amount(use);
    use.used += count;
    use.told = true;
    this.add(use, amount(use) - before);
  }

  /** The task is over: what it did not use is free again. */
  settle(task: number): void {
    const use = this.uses.get(task);
    if (use === undefined || !use.open) return;
    this.held -= amount(use);
    use.open = false;
    this.spent += amount(use);
  }

  private add(use: Use, change: number): void {
    if (use.open) this.held += change;
    else this.spent += change;
  }
}

function amount({ reserved, used, told, open }: Use): number {
  if (open) return Math.max(reserved, used);
  return told ? used : reserved;
}
