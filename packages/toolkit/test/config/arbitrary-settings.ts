import fc from 'fast-check';
import { plainOf, type SettingName, settingNames, settings } from '../../src/config/settings.ts';
import type { Plain } from '../../src/config/setting.ts';

const toggles = fc.boolean();
const jobCounts = fc.integer({ min: 1, max: 100_000 });
const seconds = fc.integer({ min: 1, max: 31_536_000 });
const jobs = fc.oneof(
  fc.constant('auto'),
  jobCounts.map((count) => ({ kind: 'count', count })),
  fc.integer({ min: 1, max: 10_000_000 }).map((percent) => ({ kind: 'percent', percent })),
);
const milliseconds = fc.integer({ min: 1, max: 31_536_000_000 });
const timeLimits = fc.oneof(
  fc.constant(null),
  milliseconds,
  milliseconds.map((ms) => Math.ceil(ms / 60_000) * 60_000),
);

/** Every value that a setting can have. */
const valuesOf: Readonly<Record<SettingName, fc.Arbitrary<unknown>>> = {
  'parallel.enabled': toggles,
  'parallel.concurrency': jobs,
  'parallel.adaptive': toggles,
  'parallel.pools.io': jobCounts,
  'parallel.pools.cpu': fc.oneof(fc.constant('cores'), jobCounts),
  'parallel.pools.api': jobCounts,
  'parallel.pools.db': jobCounts,
  'cache.enabled': toggles,
  'cache.ttlSeconds': seconds,
  'cache.store': fc.constantFrom('memory', 'files'),
  'session.autoCheckpoint': toggles,
  'session.checkpointIntervalSeconds': seconds,
  'timeouts.default': timeLimits,
  'timeouts.git push': timeLimits,
  'timeouts.test': timeLimits,
  'timeouts.install': timeLimits,
};

/** A setting and a value for it. */
export interface SetCase {
  readonly name: SettingName;
  readonly value: unknown;
  /** The value as it is written into a file. */
  readonly plain: Plain;
}

/** Any setting with any of its values. */
export const setCases: fc.Arbitrary<SetCase> = fc
  .constantFrom(...settingNames)
  .chain((name) => valuesOf[name].map((value) => ({ name, value, plain: plainOf(name, value) })));

/** Some settings, each once, with values. */
export const someSettings: fc.Arbitrary<ReadonlyMap<SettingName, SetCase>> = fc
  .array(setCases, { maxLength: Object.keys(settings).length })
  .map((cases) => new Map(cases.map((one) => [one.name, one])));
