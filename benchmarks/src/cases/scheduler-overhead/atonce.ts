import { createScheduler } from 'atonce';
import { CONCURRENCY, type RunGraph } from './layers.ts';

/** Every default on; adding the tasks is measured too. */
export const scheduler: RunGraph = async (nodes, work) => {
  const made = createScheduler({ concurrency: CONCURRENCY });
  for (const { index, name, dependsOn } of nodes)
    made.add({ name, dependsOn, run: () => work(index) });
  const { ok } = await made.run();
  if (!ok) throw new Error('a task failed');
};
