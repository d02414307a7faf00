import { Operation, show } from './operation.ts';
import { type Generator, type Generators, primitives } from './primitives/all.ts';
import type { World } from './world.ts';

/** How large a program is. */
export interface ProgramSize {
  /** Operations that are going on at every moment. */
  readonly lanes: number;
  /** For how long each that ends is followed by another. */
  readonly minutes: number;
}

/** What came of a program. */
export interface ProgramResult {
  readonly faults: readonly string[];
  /** Operations that have ended, by primitive. */
  readonly ended: Readonly<Record<string, number>>;
  /** Promises of theirs that were kept, and that were broken. */
  readonly kept: number;
  readonly broken: number;
  /** Changes with every end of an operation and its time: equal for equal programs. */
  readonly digest: number;
}

/** Lanes, in each of which one random operation follows another until the time is over. */
export class Program {
  private readonly world: World;
  private readonly ended: Record<string, number> = {};
  private readonly open = new Set<Operation>();
  private started = 0;
  private digest = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** Operations that are going on. */
  get running(): number {
    return this.open.size;
  }

  /** Resolves when the last operation of these lanes has ended. */
  async run({ lanes, minutes }: ProgramSize, generators: Generators = primitives): Promise<void> {
    const endMs = this.world.clock.now() + minutes * 60_000;
    await Promise.all(Array.from({ length: lanes }, () => this.lane(endMs, generators)));
  }

  /** Finds fault with slots that are free while somebody waits for them. To be asked when nothing is just happening. */
  checkIdleSlots(): void {
    const { world, open } = this;
    for (const { name, limit } of world.limits) {
      if (limit.inFlight >= limit.concurrency) continue;
      let waiting = 0;
      for (const operation of open) waiting += operation.waitingFor(name);
      if (waiting > 0) world.fault(`${waiting} wait for ${name}, which has a slot free`);
    }
    world.checkIdlePools();
  }

  /** What came of it. What has not ended by now never will. */
  async result(): Promise<ProgramResult> {
    const { world, open, ended, digest } = this;
    for (const { name } of open) world.fault(`${name}: never ended`);
    if (open.size === 0) await world.checkLeftovers();
    return { faults: world.faults, ended, digest, ...world.ends };
  }

  private async lane(endMs: number, generators: Generators): Promise<void> {
    const entries = Object.entries(generators);
    while (this.world.clock.now() < endMs) {
      const [primitive, generator] = this.world.draw.pick(entries);
      await this.operate(primitive, generator);
    }
  }

  private async operate(primitive: string, generator: Generator): Promise<void> {
    const operation = new Operation(this.world, `${primitive} #${this.started++}`);
    this.open.add(operation);
    try {
      await generator(operation);
    } catch (error) {
      operation.fault(`broke: ${show(error)}`);
    }
    operation.checkLeftovers();
    this.open.delete(operation);
    this.ended[primitive] = (this.ended[primitive] ?? 0) + 1;
    this.note(operation.name);
  }

  private note(name: string): void {
    for (const letter of `${name} ${this.world.clock.now()}`)
      this.digest = (Math.imul(this.digest, 31) + letter.charCodeAt(0)) | 0;
  }
}
