// The process of one sample: started by the harness, runs one contestant once, answers and ends.
import { findBenchmark } from './cases/all.ts';
import { measure } from './harness/measure.ts';
import type { SampleAnswer, SampleRequest } from './harness/sample-request.ts';

async function answer(request: SampleRequest): Promise<SampleAnswer> {
  try {
    const benchmark = findBenchmark(request.benchmark);
    const point = benchmark.points.find((each) => each.name === request.point);
    const contestant = benchmark.contestants.find((each) => each.name === request.contestant);
    if (point === undefined || contestant === undefined) throw new RangeError('not found');
    const { items, calibration } = request;
    const setting = { items, calibration, parameters: point.parameters };
    return { ok: true, measured: await measure(contestant, setting) };
  } catch (error) {
    const problem = error instanceof Error ? String(error.stack) : String(error);
    return { ok: false, problem, died: false };
  }
}

const request = JSON.parse(process.argv[2] as string) as SampleRequest;
process.send?.(await answer(request), () => process.disconnect());
