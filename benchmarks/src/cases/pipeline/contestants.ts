import { createPipeline, map } from 'atonce';
import { stages, step, type ThroughStages, type TimedStage } from './stages.ts';
import { loadTransform } from './transform.ts';

/** Lanes over one of the short stages, which pay timers twice as often, and nothing else: no pipeline can be faster. */
export const oneStageAlone: ThroughStages = async (items) => {
  const [first] = stages;
  const values: number[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) values.push(await step(items[next++] as number, first));
  };
  await Promise.all(Array.from({ length: first.slots }, lane));
  return values;
};

export const atoncePipeline: ThroughStages = async (items) => {
  const stage = (of: TimedStage) => (item: number) => step(item, of);
  const [first, second, third] = stages;
  const { values } = await createPipeline<number>()
    .stage('first', stage(first), { concurrency: first.slots })
    .stage('second', stage(second), { concurrency: second.slots })
    .stage('third', stage(third), { concurrency: third.slots })
    .run(items);
  return values;
};

export const atonceMaps: ThroughStages = async (items) => {
  let values = items;
  for (const stage of stages)
    values = await map(values, (item) => step(item, stage), { concurrency: stage.slots });
  return values;
};

/** The usual way: one stage after another, in groups of as many as there are slots. */
export const promiseAll: ThroughStages = async (items) => {
  let values = items;
  for (const stage of stages) {
    const done: number[] = [];
    for (let from = 0; from < values.length; from += stage.slots) {
      const group = values.slice(from, from + stage.slots);
      done.push(...(await Promise.all(group.map((item) => step(item, stage)))));
    }
    values = done;
  }
  return values;
};

export async function streamingTransforms(): Promise<ThroughStages> {
  const transform = await loadTransform();
  return async (items) => {
    let flow: Iterable<number> | AsyncIterable<number> = items;
    for (const stage of stages) flow = transform(stage.slots, (item) => step(item, stage), flow);
    const values: number[] = [];
    for await (const value of flow) values.push(value);
    return values;
  };
}
