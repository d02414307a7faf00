import type { Benchmark, Contestant, Point } from './benchmark.ts';
import { peerVersion } from './peers.ts';
import type { ContestantResult, Sample } from './result.ts';
import type { MeasuredRun, SampleAnswer, SampleRequest } from './sample-request.ts';

/** How samples are taken. */
export interface SampleSettings {
  /** Smallest sizes, one round, noise ignored: shows only that everything still works. */
  readonly tiny: boolean;
  /** Samples during which others used a larger share of the machine are taken again. */
  readonly maxForeignShare: number;
  readonly takeSample: (request: SampleRequest) => Promise<SampleAnswer>;
  readonly say: (line: string) => void;
}

/** Who takes part where. */
export interface Entry {
  readonly benchmark: Benchmark;
  readonly point: Point;
  readonly contestant: Contestant;
  readonly calibration: Readonly<Record<string, number>>;
}

/**
 * How often a sample is taken before the quietest one is kept and marked, or the contestant is given
 * up because its process dies each time. A wrong answer is never given a second chance.
 */
const MOST_TRIES = 3;

/** One contestant at one point, and the samples it has so far. */
export class Entrant {
  readonly #contestant: Contestant;
  readonly #settings: SampleSettings;
  readonly #request: SampleRequest;
  readonly #timed: boolean;
  readonly #samples: Sample[] = [];
  #rejected = 0;
  #died = 0;
  #failed: string | undefined;

  constructor({ benchmark, point, contestant, calibration }: Entry, settings: SampleSettings) {
    this.#contestant = contestant;
    this.#settings = settings;
    this.#timed = benchmark.unit.kind === 'time';
    this.#request = {
      benchmark: benchmark.name,
      point: point.name,
      contestant: contestant.name,
      items: Math.min(
        settings.tiny ? point.tinyItems : point.items,
        contestant.maxItems ?? Infinity,
      ),
      calibration,
    };
  }

  async sample(round: number): Promise<void> {
    if (this.#failed !== undefined || round > (this.#contestant.maxRounds ?? Infinity)) return;
    let quietest: Sample | undefined;
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const answer = await this.#settings.takeSample(this.#request);
      if (!answer.ok) {
        if (!answer.died || tries === MOST_TRIES) return this.#fail(answer.problem);
        this.#died++;
        continue;
      }
      const sample = this.#toSample(round, answer.measured);
      if (quietest !== undefined) this.#rejected++;
      if (quietest === undefined || share(sample) < share(quietest)) quietest = sample;
      if (!quietest.noisy) break;
    }
    if (quietest === undefined) return;
    if (quietest.noisy) this.#warn(quietest);
    this.#samples.push(quietest);
  }

  result(): ContestantResult {
    const { name, peer } = this.#contestant;
    return {
      name,
      ...(peer === undefined ? {} : { version: peerVersion(peer) }),
      items: this.#request.items,
      samples: this.#samples,
      rejected: this.#rejected,
      died: this.#died,
      ...(this.#failed === undefined ? {} : { failed: this.#failed }),
    };
  }

  #toSample(round: number, { measurement, ...run }: MeasuredRun): Sample {
    const { amount = run.wallMs * 1e6, series, figures } = measurement;
    const { tiny, maxForeignShare } = this.#settings;
    return {
      round,
      amount,
      items: this.#request.items,
      ...run,
      noisy: this.#timed && !tiny && (run.foreignShare ?? 0) > maxForeignShare,
      ...(series === undefined ? {} : { series }),
      ...(figures === undefined ? {} : { figures }),
    };
  }

  #fail(problem: string): void {
    this.#failed = problem.split('\n', 1)[0] as string;
    this.#settings.say(`  ${this.#contestant.name} FAILED: ${problem}`);
  }

  #warn(sample: Sample): void {
    const percent = Math.round(share(sample) * 100);
    this.#settings.say(
      `  ${this.#contestant.name}: noisy, others used ${percent} % of the machine`,
    );
  }
}

function share({ foreignShare }: Sample): number {
  return foreignShare ?? 0;
}
