import { machineText } from './machine.ts';
import { amountPerItem, pairRatios } from './pairs.ts';
import type { BenchmarkResult, ContestantResult, PointResult } from './result.ts';
import { median, spread, type Spread } from './statistics.ts';
import { megabytes, short, table } from './table.ts';

/** One benchmark's result as a section of Markdown. */
export function renderResult(result: BenchmarkResult): string {
  const { points } = result;
  const parts = [
    `## ${result.name}: ${result.title}`,
    result.about,
    `${machineText(result.machine)}; atonce ${result.atonce}; ${result.recordedAt.slice(0, 10)}.`,
    result.tiny ? '**A smoke run with tiny sizes: these numbers mean nothing.**' : '',
    renderGoals(result),
    points.length > 1 ? overview(result) : '',
    ...points.map((point) => details(result, point)),
    ...points.flatMap(({ contestants }) => contestants.map(renderSeries)),
    renderNotes(result),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function renderGoals({ goals }: BenchmarkResult): string {
  if (goals.length === 0) return '';
  const rows = goals.map(({ text, bound, measured, met }) => [
    text,
    bound,
    measured === null ? '–' : short(measured),
    met === null ? 'not measured' : met ? 'yes' : '**no**',
  ]);
  return table(['goal', 'bound', 'measured', 'met'], rows);
}

/** All points at a glance: the median, and beside it the comparison with the first contestant. */
function overview(result: BenchmarkResult): string {
  const names = [
    ...new Set(result.points.flatMap(({ contestants }) => contestants.map(({ name }) => name))),
  ];
  const points = result.points.map(({ name }) => name);
  const cells = names.map((name) => result.points.map((point) => cell(result, point, name)));
  const corner = `${result.unit.label} (${result.compare})`;
  // The longer list goes down the page.
  if (points.length <= names.length)
    return table(
      [corner, ...points],
      names.map((name, row) => [name, ...(cells[row] ?? [])]),
    );
  const turned = points.map((point, row) => [point, ...cells.map((column) => column[row] ?? '')]);
  return table([corner, ...names], turned);
}

function cell(result: BenchmarkResult, point: PointResult, name: string): string {
  const found = point.contestants.find((each) => each.name === name);
  if (found === undefined) return '';
  const amount = amountSpread(result, found);
  if (amount === undefined) return 'failed';
  const compared = comparison(result, point, found);
  if (compared === undefined) return short(amount.median);
  return `${short(amount.median)} (×${short(compared.median)})`;
}

function details(result: BenchmarkResult, point: PointResult): string {
  const header = [
    `${point.name}`,
    'version',
    'items',
    `${result.unit.label}: median (min–max)`,
    `${result.compare}: median (min–max)`,
    ...(result.unit.kind === 'time'
      ? ['CPU µs/item', 'peak RSS MB', 'others’ CPU', 'samples']
      : []),
  ];
  const rows = point.contestants.map((contestant) => {
    const { samples } = contestant;
    const cpu = samples.map(({ cpuMs, items }) => (cpuMs * 1000) / items);
    const use = [
      short(median(cpu)),
      megabytes(Math.max(0, ...samples.map(({ peakRssBytes }) => peakRssBytes))),
      foreignText(contestant),
      String(samples.length),
    ];
    return [
      contestant.failed === undefined ? contestant.name : `${contestant.name} (failed)`,
      contestant.version ?? '',
      contestant.items.toLocaleString('en-US'),
      spreadText(amountSpread(result, contestant)),
      spreadText(comparison(result, point, contestant), '×'),
      ...(result.unit.kind === 'time' ? use : []),
    ];
  });
  const title = result.points.length > 1 ? `<details><summary>${point.name}</summary>\n\n` : '';
  return `${title}${table(header, rows)}${title === '' ? '' : '\n\n</details>'}`;
}

function amountSpread(
  { unit }: BenchmarkResult,
  { samples }: ContestantResult,
): Spread | undefined {
  return spread(samples.map((sample) => amountPerItem(sample) / unit.divisor));
}

/** Undefined for the first contestant, which is what the others are compared with. */
function comparison(
  { compare }: BenchmarkResult,
  { contestants: [first] }: PointResult,
  contestant: ContestantResult,
): Spread | undefined {
  if (first === undefined || first === contestant) return undefined;
  const pairs = pairRatios(contestant, first);
  return spread(compare === 'ratio' ? pairs : pairs.map((ratio) => 1 / ratio));
}

function spreadText(values: Spread | undefined, sign = ''): string {
  if (values === undefined) return '';
  const { median: middle, min, max } = values;
  return `${sign}${short(middle)} (${short(min)}–${short(max)})`;
}

function foreignText({ samples }: ContestantResult): string {
  const shares = samples.flatMap(({ foreignShare }) => foreignShare ?? []);
  if (shares.length === 0) return '–';
  return `${Math.round(Math.max(...shares) * 100)} %`;
}

function renderSeries({ name, samples }: ContestantResult): string {
  const series = samples.at(-1)?.series ?? [];
  const header = Object.keys(series[0] ?? {});
  if (header.length === 0) return '';
  const rows = series.map((place) => header.map((column) => short(place[column] ?? NaN)));
  return `${name}, during the run:\n\n${table(header, rows)}`;
}

function renderNotes(result: BenchmarkResult): string {
  const notes = result.skipped.map(({ contestant, why }) => `${contestant}: not run (${why})`);
  for (const { name: point, contestants } of result.points) {
    for (const { name, samples, rejected, died, failed } of contestants) {
      const noisy = samples.filter((sample) => sample.noisy).length;
      const place = result.points.length > 1 ? `${name} at ${point}` : name;
      if (failed !== undefined) notes.push(`${place}: **failed**: ${failed}`);
      if (noisy > 0) notes.push(`${place}: ${noisy} of ${samples.length} samples were **noisy**`);
      if (died > 0)
        notes.push(`${place}: its process ended without an answer ${died} times; taken again`);
      if (rejected > 0) notes.push(`${place}: ${rejected} noisy samples were taken again`);
      const figures = Object.entries(samples.at(-1)?.figures ?? {});
      const told = figures.map(
        ([key, value]) => `${key} ${typeof value === 'number' ? short(value) : value}`,
      );
      if (told.length > 0) notes.push(`${place}: ${told.join(', ')}`);
    }
  }
  const calibration = Object.entries(result.calibration);
  const told = calibration.map(([key, value]) => `${key} ${short(value)}`);
  if (told.length > 0) notes.unshift(`Calibrated before the first sample: ${told.join(', ')}`);
  return notes.map((note) => `- ${note}`).join('\n');
}
