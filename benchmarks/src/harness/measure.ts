import type { Contestant, Setting } from './benchmark.ts';
import { cpuUse, readCpu } from './cpu-clock.ts';
import type { MeasuredRun } from './sample-request.ts';

/** Below this the ticks of the machine's CPU clock say nothing about one run. */
const SHORT_MS = 250;

/** Runs one contestant once in this process, checks its answer, and tells what it took. */
export async function measure(contestant: Contestant, setting: Setting): Promise<MeasuredRun> {
  const atStart = readCpu();
  const prepare = await contestant.load();
  const prepared = await prepare(setting);
  globalThis.gc?.();
  const rssBeforeBytes = process.memoryUsage.rss();
  const before = readCpu();
  const started = performance.now();
  const measurement = (await prepared.run()) ?? {};
  const wallMs = performance.now() - started;
  const after = readCpu();
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  try {
    await prepared.check();
  } finally {
    await prepared.close?.();
  }
  const { cpuMs } = cpuUse(before, after);
  const { foreignShare } = cpuUse(wallMs < SHORT_MS ? atStart : before, after);
  return { wallMs, cpuMs, foreignShare, peakRssBytes, rssBeforeBytes, measurement };
}
