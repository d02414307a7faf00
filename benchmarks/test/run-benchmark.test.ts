import { expect, test } from 'vitest';
import type { Benchmark, Contestant } from '../src/harness/benchmark.ts';
import { renderResult } from '../src/harness/render.ts';
import { type BenchmarkSettings, runBenchmark } from '../src/harness/run-benchmark.ts';
import type { MeasuredRun, SampleAnswer, SampleRequest } from '../src/harness/sample-request.ts';

test('contestants take turns within each round', async () => {
  const asked: string[] = [];
  await runBenchmark(benchmark(['A', 'B', 'C']), {
    ...settings(() => ran({})),
    rounds: 2,
    takeSample: async ({ contestant }) => {
      asked.push(contestant);
      return ran({});
    },
  });
  expect(asked).toEqual(['A', 'B', 'C', 'A', 'B', 'C']);
});

test('the comparison is with the first contestant, and goals are judged by it', async () => {
  const result = await runBenchmark(
    benchmark(['floor', 'ours']),
    settings(({ contestant }) => ran({ wallMs: contestant === 'ours' ? 3 : 2 })),
  );
  expect(result.goals).toEqual([
    { text: 'beside the floor', bound: '≤ 1.4', measured: 1.5, met: false },
  ]);
  expect(renderResult(result)).toContain('×1.50 (1.50–1.50)');
});

test('a noisy sample is taken again, and the quietest of three is kept and marked', async () => {
  const shares = [0.5, 0.3, 0.4];
  let tries = 0;
  const result = await runBenchmark(
    benchmark(['A']),
    settings(() => ran({ foreignShare: shares[tries++] ?? 0 })),
  );
  const [only] = result.points[0]!.contestants;
  expect(only).toMatchObject({ rejected: 2, samples: [{ foreignShare: 0.3, noisy: true }] });
  expect(renderResult(result)).toContain('A: 1 of 1 samples were **noisy**');
});

test('a wrong answer ends the contestant at once, and is told', async () => {
  let tries = 0;
  const wrong: SampleAnswer = { ok: false, problem: 'wrong value at 7\nstack', died: false };
  const result = await runBenchmark(
    benchmark(['A']),
    settings(() => (tries++, wrong)),
  );
  expect(tries).toBe(1);
  expect(result.points[0]!.contestants[0]).toMatchObject({
    samples: [],
    failed: 'wrong value at 7',
  });
  expect(renderResult(result)).toContain('A: **failed**: wrong value at 7');
});

test('a process that dies is given another chance, and the deaths are counted', async () => {
  let tries = 0;
  const result = await runBenchmark(
    benchmark(['A']),
    settings(() => (tries++ === 0 ? { ok: false, problem: 'code 13', died: true } : ran({}))),
  );
  expect(result.points[0]!.contestants[0]).toMatchObject({ died: 1, samples: [{ round: 1 }] });
});

test('a contestant that is not there is named with what to do', async () => {
  const absent: Contestant = { name: 'B', peer: 'no-such-package', load: never };
  const full = { ...benchmark(['A']), contestants: [...benchmark(['A']).contestants, absent] };
  const result = await runBenchmark(
    full,
    settings(() => ran({})),
  );
  expect(result.skipped).toEqual([
    { contestant: 'B', why: 'no-such-package is not installed: npm run bench:install' },
  ]);
});

test('a smoke run meets no goal and misses none', async () => {
  const result = await runBenchmark(benchmark(['floor', 'ours']), {
    ...settings(() => ran({})),
    tiny: true,
  });
  expect(result.goals).toMatchObject([{ measured: null, met: null }]);
  expect(result.points[0]!.contestants[0]!.items).toBe(1);
});

test('every result names the machine', async () => {
  const result = await runBenchmark(
    benchmark(['A']),
    settings(() => ran({})),
  );
  expect(result.machine.cpu).not.toBe('');
  expect(renderResult(result)).toContain(`${result.machine.cores} cores`);
  expect(renderResult(result)).toContain(process.version.slice(1));
});

function benchmark(names: readonly string[]): Benchmark {
  return {
    name: 'planted',
    title: 'a planted benchmark',
    about: 'About.',
    unit: { kind: 'time', label: 'ns/item', divisor: 1 },
    compare: 'ratio',
    rounds: 1,
    points: [{ name: 'here', items: 10, tinyItems: 1, parameters: {} }],
    contestants: names.map((name) => ({ name, load: never })),
    goals:
      names.length < 2
        ? []
        : [
            {
              text: 'beside the floor',
              atMost: 1.4,
              measure: (view) => view.ratio('here', 'ours', 'floor'),
            },
          ],
  };
}

function never(): never {
  throw new Error('contestants are not loaded by the harness itself');
}

function settings(answer: (request: SampleRequest) => SampleAnswer): BenchmarkSettings {
  return {
    tiny: false,
    maxForeignShare: 0.1,
    takeSample: async (request) => answer(request),
    say: () => undefined,
  };
}

function ran(facts: Partial<MeasuredRun>): SampleAnswer {
  const quiet = { wallMs: 1, cpuMs: 1, foreignShare: 0, peakRssBytes: 1, rssBeforeBytes: 1 };
  return { ok: true, measured: { ...quiet, measurement: {}, ...facts } };
}
