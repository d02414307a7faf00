import { type FakeClock, fakeClock } from '../../src/testing/fake-clock.ts';
import { Program, type ProgramResult, type ProgramSize } from './program.ts';
import type { Sabotage } from './sabotage.ts';
import { World } from './world.ts';

/** One program in simulated time. */
export interface Simulation extends Partial<ProgramSize> {
  readonly seed: number;
  readonly sabotage?: Sabotage | undefined;
}

/** What came of it, and how full it was. */
export interface SimulationResult extends ProgramResult, ProgramSize {
  readonly seed: number;
  /** Fewest operations that were going on at once, looked at every second up to the last. */
  readonly least: number;
}

const STEP_MS = 1_000;
/** After so long nothing that was going on can still be waiting for anything. */
const PATIENCE_MS = 10 * 3_600_000;

/** Ten minutes of more than a thousand operations at once, in seconds. The seed decides everything. */
export async function simulate({
  seed,
  sabotage = {},
  lanes = 1_100,
  minutes = 10,
}: Simulation): Promise<SimulationResult> {
  const clock = fakeClock();
  const world = new World({ seed, clock, isSimulated: true, sabotage });
  const program = new Program(world);
  let isOver = false;
  void program.run({ lanes, minutes }).then(() => (isOver = true));
  const least = await leastRunning(clock, program, minutes * 60_000);
  while (!isOver && clock.now() < PATIENCE_MS) {
    await clock.advance(60_000);
    program.checkIdleSlots();
  }
  const ending = program.result();
  await clock.advance(60_000);
  return { seed, lanes, minutes, least, ...(await ending) };
}

async function leastRunning(clock: FakeClock, program: Program, endMs: number): Promise<number> {
  let least = Infinity;
  while (clock.now() < endMs) {
    await clock.advance(STEP_MS);
    program.checkIdleSlots();
    if (clock.now() < endMs) least = Math.min(least, program.running);
  }
  return least;
}

/** How to play exactly one program again. */
function howToRepeat({ seed, lanes, minutes }: SimulationResult): string {
  const program = `STRESS_SEED=${seed} STRESS_LANES=${lanes} STRESS_MINUTES=${minutes}`;
  return `${program} npx vitest run --project unit packages/atonce/test/stress/stress.test.ts`;
}

/** @throws Error naming the seed and what was wrong with its program. */
export function assertSound(result: SimulationResult): void {
  const { seed, faults } = result;
  if (faults.length === 0) return;
  const text = `seed ${seed}: ${faults.length} faults. To repeat it:\n  ${howToRepeat(result)}\n`;
  throw new Error(`${text}${faults.map((fault) => `- ${fault}`).join('\n')}`);
}
