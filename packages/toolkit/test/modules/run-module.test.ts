import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { jsonItems } from '../../dist/modules/json-items.js';
import type { ModuleReport } from '../../dist/modules/module-run.js';
import type { ModuleHost } from '../../dist/modules/host.js';
import type { ModuleItem, ModulePlace, ModuleRequest } from '../../dist/modules/request.js';
import { runModule } from '../../dist/modules/run-module.js';
import { parseModuleName } from '../../src/modules/find-module.ts';
import type { JobEvent } from '../../src/runs/report.ts';
import { folder, Kept } from '../commands/running.ts';

const module = fileURLToPath(new URL('./fixtures/tasks.mjs', import.meta.url));

function values(...all: readonly unknown[]): ModuleItem[] {
  return all.map((value) => ({ ok: true, value: value as number }));
}

interface Result {
  readonly index: number;
  readonly ok: boolean;
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly code?: string };
}

interface Ran {
  readonly report: ModuleReport;
  readonly text: string;
  readonly results: readonly Result[];
  readonly events: readonly JobEvent[];
}

async function run(
  exportName: string,
  overrides: Partial<ModuleRequest> = {},
  host: Partial<ModuleHost> = {},
): Promise<Ran> {
  const stdout = new Kept();
  const events: JobEvent[] = [];
  const request: ModuleRequest = {
    module,
    exportName,
    items: [],
    total: undefined,
    on: 'loop',
    jobs: 2,
    timeoutMs: null,
    graceMs: 300,
    retries: 0,
    halt: { when: 'never' },
    keepOrder: true,
    output: 'records',
    rate: undefined,
    journal: undefined,
    trace: undefined,
    cwd: undefined,
    ...overrides,
  };
  const onEvent = (event: JobEvent): void => void events.push(event);
  const report = await runModule(request, { stdout, onEvent, ...host });
  const lines = stdout.text.split('\n').filter(Boolean);
  const results =
    request.output === 'values' ? [] : lines.map((line) => JSON.parse(line) as Result);
  return { report, text: stdout.text, results, events };
}

async function* bytes(text: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield typeof text === 'string' ? Buffer.from(text) : text;
}

const places: readonly ModulePlace[] = ['loop', 'threads', 'processes', 'auto'];

describe.each(places)('a module run on %s', (on) => {
  it('gives one result per item in input order', async () => {
    const { results, report } = await run('double', { on, items: values(1, 2, 3, -0) });
    expect(results).toEqual([
      { index: 0, ok: true, value: 2 },
      { index: 1, ok: true, value: 4 },
      { index: 2, ok: true, value: 6 },
      { index: 3, ok: true, value: 0 },
    ]);
    expect(report).toMatchObject({ succeeded: 4, failed: 0, exitCode: 0, stopped: undefined });
  });

  it('fails a line that is no JSON with its number, and others go on', async () => {
    const text = '1\n\n{"a"\n2\n\u00e9\n3';
    const { results, report } = await run('double', { on, items: jsonItems(bytes(text), 'items') });
    expect(results.map(({ index, value }) => [index, value])).toEqual([
      [0, 2],
      [1, undefined],
      [2, 4],
      [3, undefined],
      [4, 6],
    ]);
    expect(results[1]?.error?.message).toContain('line 3 of items is not JSON');
    expect(report).toMatchObject({ succeeded: 3, failed: 2, exitCode: 1 });
    expect(report.failuresByReason).toEqual({ BadItem: 2 });
  });

  it('tells every kind of error as JSON', async () => {
    const kinds = ['error', 'undefined', 'frozen', 'long', 'fine'];
    const { results } = await run('throws', { on, items: values(...kinds) });
    expect(results.map(({ ok }) => ok)).toEqual([false, false, false, false, true]);
    expect(results[0]?.error).toMatchObject({ name: 'RangeError', message: 'out of it' });
    expect(results[1]?.error?.message).toContain('undefined');
    expect(results[3]?.error?.message.length).toBeLessThan(11_000);
  });

  it('fails values that are no JSON alone', async () => {
    for (const task of ['big', 'circle']) {
      const { results, report } = await run(task, { on, items: values(1) });
      expect(results[0]).toMatchObject({ ok: false, error: { code: 'E_UNSERIALISABLE' } });
      expect(report.exitCode).toBe(1);
    }
    const { results } = await run('nothing', { on, items: values(1) });
    expect(results).toEqual([{ index: 0, ok: true }]);
  });

  it('times an item out', async () => {
    const items = values('stuck', 'fine');
    const { results, report } = await run('stuck', { on, items, timeoutMs: 300 });
    expect(results.map(({ ok }) => ok)).toEqual([false, true]);
    expect(report.failuresByReason).toEqual({ timeout: 1 });
  });

  it.each(['nope', 'notAFunction'])('rejects for the export %s', async (name) => {
    await expect(run(name, { on, items: values(1, 2) })).rejects.toMatchObject({
      code: 'E_TASK_LOAD',
    });
  });
});

describe('a module run', () => {
  it('runs where it was asked to', async () => {
    const where = async (on: ModulePlace): Promise<unknown> =>
      (await run('where', { on, items: values(1, 2, 3, 4), jobs: 1 })).results.at(-1)?.value;
    expect(await where('loop')).toMatchObject({ pid: process.pid, isMainThread: true });
    const { report } = await run('double', { on: 'auto', items: values(1) });
    expect(report.decision).toMatchObject({ text: expect.any(String), reason: expect.any(String) });
  });

  it('survives a worker that exits, losing its item only', async () => {
    for (const on of ['threads', 'processes'] as const) {
      const items = values('a', 'exit', 'b', 'c');
      const { results } = await run('exits', { on, items });
      expect(results.map(({ ok }) => ok)).toEqual([true, false, true, true]);
    }
  });

  it('writes results as they come when order does not matter', async () => {
    const { results } = await run('after', { items: values(150, 1), keepOrder: false });
    expect(results.map(({ index }) => index)).toEqual([1, 0]);
  });

  it('writes bare values of items that succeeded', async () => {
    const items: ModuleItem[] = [...values('a', 'error', 'b'), { ok: false, message: 'bad' }];
    const { text, report } = await run('throws', { items, output: 'values' });
    expect(text).toBe('"a"\n"b"\n');
    expect(report).toMatchObject({ succeeded: 2, failed: 2 });
    expect((await run('nothing', { items: values(1), output: 'values' })).text).toBe('null\n');
  });

  it('retries', async () => {
    const { results, events } = await run('flaky', { items: values(1), retries: 4 });
    expect(results).toEqual([{ index: 0, ok: true, value: 3 }]);
    expect(events.filter(({ type }) => type === 'retrying')).toHaveLength(2);
  });

  it('halts', async () => {
    const { report } = await run('throws', {
      items: values('error', ...Array.from({ length: 500 }, () => 'x')),
      jobs: 1,
      halt: { when: 'now', failures: 1 },
    });
    expect(report).toMatchObject({ failed: 1, stopped: 'halt', exitCode: 1 });
    expect(report.succeeded).toBeLessThan(200);
  });

  it('stops at a signal', async () => {
    const { report } = await run(
      'stuck',
      { items: values('stuck', 'stuck') },
      {
        signal: AbortSignal.timeout(100),
      },
    );
    expect(report).toMatchObject({ cancelled: 2, stopped: 'signal' });
  });

  it('is continued from its journal, and writes the values that it has there', async () => {
    const dir = folder();
    const copy = join(dir, 'task.mjs');
    writeFileSync(
      copy,
      'export default (x) => { if (x === 2 && !globalThis.second) throw new Error("no"); return x * 2; }',
    );
    const journal = { file: join(dir, 'journal'), resume: true, acceptChanges: false };
    const request = { module: copy, items: values(1, 2, 3), journal };
    const first = await run('default', request);
    expect(first.report).toMatchObject({ succeeded: 2, failed: 1, resumed: 0 });
    (globalThis as { second?: boolean }).second = true;
    const second = await run('default', request);
    expect(second.report).toMatchObject({ succeeded: 3, resumed: 2 });
    expect(second.results.map(({ value }) => value)).toEqual([2, 4, 6]);
    copyFileSync(module, copy);
    await expect(run('default', request)).rejects.toMatchObject({ code: 'E_JOURNAL_CHANGED' });
  });

  it('draws a trace and tells events with the places of the input', async () => {
    const trace = join(folder(), 'trace.json');
    const items: ModuleItem[] = [{ ok: false, message: 'bad' }, ...values(1, 2)];
    const { events } = await run('double', { items, trace });
    const started = events.flatMap((event) => (event.type === 'started' ? [event.sequence] : []));
    expect(started).toEqual([2, 3]);
    const bars = (JSON.parse(readFileSync(trace, 'utf8')) as { ph: string }[]).filter(
      ({ ph }) => ph === 'X',
    );
    expect(bars).toHaveLength(3);
  });

  it('rejects when there is no such module', async () => {
    await expect(run('x', { module: './no.mjs', cwd: '/usr' })).rejects.toMatchObject({
      code: 'E_OPTION',
      message: 'There is no module /usr/no.mjs',
    });
  });

  it('goes through many items with many bad ones among them in bounded memory', async () => {
    let told = 0;
    async function* items(): AsyncGenerator<ModuleItem> {
      for (let at = 0; at < 30_000; at++) {
        yield at % 3 === 0 ? { ok: true, value: at } : { ok: false, message: 'bad' };
      }
    }
    const { report, results } = await run(
      'double',
      { items: items(), jobs: 8 },
      {
        onEvent: (event) => {
          if (event.type === 'finished') told++;
        },
      },
    );
    expect(report).toMatchObject({ succeeded: 10_000, failed: 20_000 });
    expect(told).toBe(30_000);
    expect(results.every(({ index }, at) => index === at)).toBe(true);
  });

  it('has a name of module and export', () => {
    expect(parseModuleName('./a.js#b')).toEqual({ module: './a.js', exportName: 'b' });
    expect(parseModuleName('./a.js')).toEqual({ module: './a.js', exportName: 'default' });
    expect(parseModuleName('./a#b/c.js#d')).toEqual({ module: './a#b/c.js', exportName: 'd' });
  });
});

describe('JSON lines', () => {
  it('that are too deep, no UTF-8 or hold __proto__ harm nobody', async () => {
    const deep = '['.repeat(300) + ']'.repeat(300);
    const text = `${deep}\n{"__proto__":{"x":1}}\n`;
    const all: ModuleItem[] = [];
    for await (const item of jsonItems(bytes(text), 'f')) all.push(item);
    expect(all[0]).toEqual({ ok: false, message: 'line 1 of f is nested deeper than 200 levels' });
    expect(all[1]?.ok).toBe(true);
    expect(({} as { x?: number }).x).toBeUndefined();
    for await (const item of jsonItems(bytes(Buffer.from([0xff])), 'f')) {
      expect(item).toEqual({ ok: false, message: 'line 1 of f is not valid UTF-8' });
    }
  });

  it('of a million levels do not overflow the stack', async () => {
    const text = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
    for await (const item of jsonItems(bytes(text), 'f')) expect(item.ok).toBe(false);
  });
});
