import { adaptiveLimit } from '../../../src/engine/limits/adaptive/adaptive-limit.ts';
import type { LimitLaw } from '../../../src/engine/limits/adaptive/law.ts';
import { aimdLaw } from '../../../src/engine/limits/adaptive/laws/aimd.ts';
import { combinedLaw } from '../../../src/engine/limits/adaptive/laws/combined.ts';
import { gradientLaw } from '../../../src/engine/limits/adaptive/laws/gradient.ts';
import { resourcesLaw } from '../../../src/engine/limits/adaptive/laws/resources.ts';
import { throughputLaw } from '../../../src/engine/limits/adaptive/laws/throughput.ts';
import { vegasLaw } from '../../../src/engine/limits/adaptive/laws/vegas.ts';
import type { AdaptiveLimit } from '../../../src/engine/limits/adaptive/steered-limit.ts';
import { fixedLimit } from '../../../src/engine/limits/fixed-limit.ts';
import type { Limit } from '../../../src/engine/limits/limit.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Draw } from '../draw.ts';
import { Gauge } from './gauge.ts';

/** A limit that operations share, with the tasks that say that they are at work under it. */
export interface SharedLimit {
  readonly name: string;
  readonly limit: Limit;
  readonly gauge: Gauge;
}

const laws: readonly (() => LimitLaw)[] = [
  () => throughputLaw(),
  () => aimdLaw(),
  () => gradientLaw(),
  () => vegasLaw(),
  () => combinedLaw(vegasLaw(), resourcesLaw()),
];

/** An adaptive limit of some law, on a machine whose load is drawn. */
export function drawAdaptiveLimit(draw: Draw, clock: Clock): AdaptiveLimit {
  const readings = () => ({ cpuShare: draw.random(), eventLoopDelayMs: draw.ms(150) });
  const law = draw.pick(laws)();
  return adaptiveLimit({ min: 2, initial: 12, max: 48, law, readings, clock, random: draw.random });
}

/** The limits of one program: fixed ones of several sizes, and adaptive ones. */
export function sharedLimits(
  draw: Draw,
  clock: Clock,
  sabotage: ((sound: Limit) => Limit) | undefined,
): SharedLimit[] {
  const fixed = [1, 4, 24, 64].map((slots) => shared(`fixedLimit(${slots})`, fixedLimit(slots)));
  const adaptive = [1, 2, 3].map((place) => {
    const limit = drawAdaptiveLimit(draw, clock);
    return shared(`adaptiveLimit ${place} by ${limit.law}`, limit);
  });
  const all = [...fixed, ...adaptive];
  if (sabotage === undefined) return all;
  return all.map(({ name, limit }) => shared(name, sabotage(limit)));
}

function shared(name: string, limit: Limit): SharedLimit {
  // A limit that shrinks lets what is in flight go on.
  return { name, limit, gauge: new Gauge(name, () => limit.inFlight) };
}
