import type { Benchmark, Contestant } from '../../harness/benchmark.ts';
import { overStages } from './stages.ts';

const POINT = '1,000 items';
const FLOOR = 'the first stage alone (floor)';
const PIPELINE = 'atonce pipeline';
const GROUPS = 'Promise.all in groups, stage by stage';

export const pipeline: Benchmark = {
  name: 'pipeline',
  title: 'three stages of 10, 20 and 10 ms with 4, 8 and 4 slots',
  about:
    'Each stage waits for a timer, so that all of them pass 400 items a second at best. The floor is bare lanes over ' +
    'the first stage alone: what timers of this machine make of that best. A pipeline that is not slower than one ' +
    'of its stages overlaps them all. `Promise.all` gets groups as large as the stage has slots.',
  unit: { kind: 'time', label: 'ms/item', divisor: 1e6 },
  compare: 'ratio',
  rounds: 5,
  points: [
    {
      name: POINT,
      items: 1_000,
      tinyItems: 40,
      parameters: { ms: '10, 20, 10', slots: '4, 8, 4' },
    },
  ],
  contestants: [
    {
      name: FLOOR,
      load: async () => overStages((await import('./contestants.ts')).oneStageAlone, 1),
    },
    own(PIPELINE, 'atoncePipeline'),
    {
      name: 'streaming-iterables transform',
      peer: 'streaming-iterables',
      load: async () => overStages(await (await import('./contestants.ts')).streamingTransforms()),
    },
    own('atonce map, stage by stage', 'atonceMaps'),
    own(GROUPS, 'promiseAll'),
  ],
  goals: [
    {
      text: 'throughput of the pipeline beside the floor’s',
      atLeast: 0.97,
      measure: (view) => view.ratio(POINT, FLOOR, PIPELINE),
    },
    {
      text: `times faster than ${GROUPS}`,
      atLeast: 2.5,
      measure: (view) => view.ratio(POINT, GROUPS, PIPELINE),
    },
  ],
};

function own(name: string, variant: 'atoncePipeline' | 'atonceMaps' | 'promiseAll'): Contestant {
  return { name, load: async () => overStages((await import('./contestants.ts'))[variant]) };
}
