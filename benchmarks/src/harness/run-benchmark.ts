import type { Benchmark, Contestant } from './benchmark.ts';
import { atonceVersion } from './atonce-version.ts';
import { judgeGoals } from './goals.ts';
import { describeMachine } from './machine.ts';
import { peerVersion } from './peers.ts';
import { Entrant, type SampleSettings } from './entrant.ts';
import type { BenchmarkResult, Skipped } from './result.ts';

export interface BenchmarkSettings extends SampleSettings {
  /** @defaultValue what the benchmark says */
  readonly rounds?: number | undefined;
  /** Only contestants whose name holds this, beside the first one. */
  readonly only?: string | undefined;
  /** Only points whose name holds this. */
  readonly point?: string | undefined;
}

/** Runs every contestant in turn, A B C A B C, each sample in its own process. */
export async function runBenchmark(
  benchmark: Benchmark,
  settings: BenchmarkSettings,
): Promise<BenchmarkResult> {
  const { tiny, maxForeignShare } = settings;
  const calibration = benchmark.calibrate?.() ?? {};
  const { present, skipped } = sortOut(benchmark, settings);
  const entries = benchmark.points
    .filter(({ name }) => settings.point === undefined || name.includes(settings.point))
    .map((point) => ({
      point,
      entrants: present.map(
        (contestant) => new Entrant({ benchmark, point, contestant, calibration }, settings),
      ),
    }));
  const rounds = tiny ? 1 : (settings.rounds ?? benchmark.rounds);
  for (const { point, entrants } of entries) {
    for (let round = 1; round <= rounds; round++) {
      settings.say(`${benchmark.name} · ${point.name} · round ${round} of ${rounds}`);
      for (const entrant of entrants) await entrant.sample(round);
    }
  }
  const points = entries.map(({ point: { name, parameters }, entrants }) => {
    return { name, parameters, contestants: entrants.map((entrant) => entrant.result()) };
  });
  return {
    schemaVersion: 1,
    name: benchmark.name,
    title: benchmark.title,
    about: benchmark.about,
    unit: benchmark.unit,
    compare: benchmark.compare,
    machine: describeMachine(),
    recordedAt: new Date().toISOString(),
    atonce: atonceVersion(),
    tiny,
    maxForeignShare,
    calibration,
    points,
    goals: judgeGoals(benchmark, points, tiny),
    skipped,
  };
}

function sortOut(
  { contestants }: Benchmark,
  { only }: BenchmarkSettings,
): { present: Contestant[]; skipped: Skipped[] } {
  const wanted = contestants.filter(
    ({ name }, position) => position === 0 || only === undefined || name.includes(only),
  );
  const skipped = wanted.flatMap((contestant) => {
    const why = reasonMissing(contestant);
    return why === undefined ? [] : [{ contestant: contestant.name, why }];
  });
  const absent = new Set(skipped.map(({ contestant }) => contestant));
  return { present: wanted.filter(({ name }) => !absent.has(name)), skipped };
}

function reasonMissing({ peer, tool, missing }: Contestant): string | undefined {
  for (const name of [peer, tool])
    if (name !== undefined && peerVersion(name) === undefined)
      return `${name} is not installed: npm run bench:install`;
  return missing?.();
}
