import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CommandItem } from '../../dist/commands/item.js';
import { planCommands } from '../../dist/commands/plan-commands.js';
import type { CommandRequest } from '../../dist/commands/request.js';
import { folder, itemsOf, requestOf, run } from './running.ts';

const numbers = (count: number): CommandItem[] =>
  itemsOf(...Array.from({ length: count }, (_, at) => String(at + 1)));

describe('a run of commands', () => {
  it('runs the command once for every item and reports the sum', async () => {
    const { report, stdout, jobs, events } = await run(['echo'], {
      items: itemsOf('a', 'b c', '-n'),
      total: 3,
    });
    expect(stdout.split('\n').sort()).toEqual(['', 'a', 'b c']);
    expect(report).toMatchObject({
      succeeded: 3,
      failed: 0,
      cancelled: 0,
      resumed: 0,
      exitCode: 0,
      stopped: undefined,
      problem: undefined,
      failuresByReason: {},
    });
    expect(report.slowest).toHaveLength(3);
    expect(report.busyMs).toBeCloseTo(
      jobs.reduce((sum, { durationMs }) => sum + durationMs, 0),
      5,
    );
    expect(events.at(-1)).toEqual({
      type: 'counts',
      total: 3,
      running: 0,
      succeeded: 3,
      failed: 0,
      resumed: 0,
    });
  });

  it('keeps the order of the input when asked, whatever ends first', async () => {
    const { stdout } = await run(['sh', '-c', 'sleep $1; echo $1', 'sh', '{}'], {
      items: itemsOf('0.3', '0.2', '0.1', '0'),
      jobs: 4,
      keepOrder: true,
    });
    expect(stdout).toBe('0.3\n0.2\n0.1\n0\n');
  });

  it('never runs more than `jobs`, in slots of which the lowest free one is taken', async () => {
    const { jobs, events } = await run(['sh', '-c', 'sleep 0.0$1', 'sh', '{}'], {
      items: numbers(9),
      jobs: 3,
    });
    expect(new Set(jobs.map(({ slot }) => slot))).toEqual(new Set([1, 2, 3]));
    const running = events.flatMap((event) => (event.type === 'counts' ? [event.running] : []));
    expect(Math.max(...running)).toBe(3);
    const one = await run(['echo', '{%}'], { items: numbers(4), jobs: 1 });
    expect(one.stdout).toBe('1\n1\n1\n1\n');
  });

  it('runs nothing for no items', async () => {
    const { report, events } = await run(['false'], {});
    expect(report).toMatchObject({ succeeded: 0, failed: 0, exitCode: 0 });
    expect(events).toEqual([]);
  });

  it('gives commands colour when asked, unless somebody refuses it', async () => {
    const script = ['sh', '-c', 'echo "$FORCE_COLOR,$CLICOLOR_FORCE"'];
    const env = { PATH: process.env['PATH'] };
    const asked = { items: itemsOf('x'), forceColor: true };
    expect((await run(script, asked, { env })).stdout).toBe('1,1\n');
    expect((await run(script, asked, { env: { ...env, FORCE_COLOR: '3' } })).stdout).toBe('3,1\n');
    expect((await run(script, asked, { env: { ...env, NO_COLOR: '1' } })).stdout).toBe(',\n');
    expect((await run(script, { items: itemsOf('x') }, { env })).stdout).toBe(',\n');
  });
});

describe('exit codes', () => {
  type Failures = Record<string, number>;
  it.each<[string, readonly string[], Partial<CommandRequest>, readonly [number, Failures]]>([
    ['all succeed', ['true'], {}, [0, {}]],
    [
      'some fail',
      ['sh', '-c', 'exit $1', 'sh'],
      { items: itemsOf('0', '3') },
      [1, { 'exit 3': 1 }],
    ],
    ['all time out', ['sleep'], { items: itemsOf('8', '9'), timeoutMs: 50 }, [124, { timeout: 2 }]],
    ['nothing is found', ['no-such-program'], {}, [127, { 'not found': 1 }]],
    ['nothing can be executed', ['/etc/passwd'], {}, [126, { 'not executable': 1 }]],
    ['a shell finds nothing', ['no-such-program'], { shell: true }, [127, { 'exit 127': 1 }]],
    ['a job is killed', ['sh', '-c', 'kill -9 $$'], {}, [1, { 'signal SIGKILL': 1 }]],
  ])('when %s', async (_when, template, overrides, [exitCode, failuresByReason]) => {
    const { report } = await run(template, { items: itemsOf('x'), ...overrides });
    expect(report).toMatchObject({ exitCode, failuresByReason });
  });

  it('when the failures have different reasons it is 1', async () => {
    const items = itemsOf('sleep', 'no-such-program');
    const { report } = await run(['{}', '9'], { items, timeoutMs: 100 });
    expect(report).toMatchObject({ exitCode: 1, failuresByReason: { timeout: 1, 'not found': 1 } });
  });
});

describe('items that cannot be run', () => {
  it('fail alone, with the reason', async () => {
    const items = [
      { columns: ['a\0b'] },
      { columns: [], problem: 'line 2 is bad' },
      { columns: ['c'] },
    ];
    const { report, stdout, jobs } = await run(['echo'], { items });
    expect(stdout).toBe('c\n');
    expect(report).toMatchObject({
      succeeded: 1,
      failed: 2,
      failuresByReason: { 'not started': 2 },
    });
    const ends = jobs.map(({ end }) => ('message' in end ? end.message : end.kind));
    expect(ends).toContain('line 2 is bad');
  });

  it('are told apart from input that breaks off, of which the part before is kept', async () => {
    async function* items() {
      yield { columns: ['a'] };
      throw new TypeError('the disk is gone');
    }
    const { report, stdout } = await run(['echo'], { items: items() });
    expect(stdout).toBe('a\n');
    expect(report).toMatchObject({ stopped: 'input', problem: 'the disk is gone', exitCode: 1 });
  });

  it('make the run reject when there is not even a first one', async () => {
    // eslint-disable-next-line require-yield
    async function* items(): AsyncGenerator<CommandItem> {
      throw new TypeError('no such file');
    }
    await expect(run(['echo'], { items: items() })).rejects.toThrow('no such file');
  });
});

describe('requests that cannot be meant', () => {
  it.each<[string, Partial<CommandRequest>, string]>([
    ['jobs', { jobs: 0 }, 'an integer from 1'],
    ['jobs', { jobs: Number.NaN }, 'got NaN'],
    ['jobs', { jobs: 1.5 }, 'got 1.5'],
    ['jobs', { jobs: -1 }, 'got -1'],
    ['jobs', { jobs: '8' as never }, 'an integer'],
    ['retries', { retries: -1 }, 'from 0'],
    ['timeoutMs', { timeoutMs: 0 }, 'more than 0'],
    ['timeoutMs', { timeoutMs: Number.NaN }, 'more than 0'],
    ['graceMs', { graceMs: Infinity }, 'milliseconds'],
    ['halt', { halt: { when: 'now', failures: 0 } }, 'from 1'],
    ['halt', { halt: { when: 'now', failurePercent: 101 } }, 'at most 100'],
    ['keepOrder', { keepOrder: true, output: 'line' }, 'grouped'],
    ['tag', { tag: true, output: 'raw' }, 'raw'],
    ['cwd', { cwd: '/no/such/folder' }, 'does not exist'],
    ['template', { template: [] }, 'no command'],
    ['template', { template: ['a | b'] }, '--shell'],
  ])('%s: %j is refused before anything runs', async (option, overrides, message) => {
    const promise = run(['true'], { items: itemsOf('a'), ...overrides });
    await expect(promise).rejects.toMatchObject({
      code: 'E_OPTION',
      option,
      message: expect.stringContaining(message),
    });
  });

  it('allows any number of jobs, without a warning of too many listeners', async () => {
    const warnings: string[] = [];
    const onWarning = ({ message }: Error): void => void warnings.push(message);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const { report } = await run(['true'], { items: numbers(20), jobs: Infinity });
    expect(report.succeeded).toBe(20);
    const many = await run(['true'], { items: numbers(5), jobs: 1e9 });
    expect(many.report.succeeded).toBe(5);
    expect(warnings).toEqual([]);
  });
});

describe('retries', () => {
  const flaky = ['sh', '-c', 'echo x >> $1; test $(wc -l < $1) -ge 3 && echo ok'];

  it('run a failing job again, and only its last attempt is seen', async () => {
    const file = join(folder(), 'tries');
    const { report, stdout, events, jobs } = await run([...flaky, 'sh', '{}'], {
      items: itemsOf(file),
      retries: 5,
    });
    expect(report).toMatchObject({ succeeded: 1, failed: 0, exitCode: 0 });
    expect(stdout).toBe('ok\n');
    expect(jobs).toHaveLength(1);
    expect(jobs[0]).toMatchObject({ attempts: 3, end: { kind: 'exit', code: 0 } });
    const retries = events.filter(({ type }) => type === 'retrying');
    expect(retries).toMatchObject([
      { attempt: 1, end: { kind: 'exit', code: 1 } },
      { attempt: 2, end: { kind: 'exit', code: 1 } },
    ]);
  });

  it('end after as many as were asked for', async () => {
    const file = join(folder(), 'tries');
    const { report, jobs } = await run([...flaky, 'sh', '{}'], {
      items: itemsOf(file),
      retries: 1,
    });
    expect(report).toMatchObject({ failed: 1, exitCode: 1 });
    expect(jobs[0]).toMatchObject({ attempts: 2 });
    expect(readFileSync(file, 'utf8')).toBe('x\nx\n');
  });

  it.each(['no-such-program', '/etc/passwd'])('are not made for %s', async (program) => {
    const { jobs } = await run([program], { items: itemsOf('a'), retries: 3 });
    expect(jobs[0]?.attempts).toBe(1);
  });
});

describe('halt', () => {
  it('soon lets running jobs end and starts nothing new', async () => {
    const { report, stdout } = await run(
      [
        'sh',
        '-c',
        'case $1 in 1) exit 1;; 2) sleep 0.3; echo two;; *) sleep 0.05; echo $1;; esac',
        'sh',
      ],
      { items: numbers(50), halt: { when: 'soon', failures: 1 } },
    );
    expect(stdout).toContain('two\n');
    expect(report).toMatchObject({ failed: 1, stopped: 'halt', exitCode: 1 });
    expect(report.succeeded).toBeLessThan(4);
  });

  it('now kills running jobs, whole trees of them', async () => {
    const { report, jobs } = await run(
      ['sh', '-c', 'case $1 in 1) sleep 0.2; exit 1;; *) sleep 61.7 & sleep 61.7;; esac', 'sh'],
      { items: numbers(50), jobs: 3, halt: { when: 'now', failures: 1 } },
    );
    expect(report).toMatchObject({
      failed: 1,
      cancelled: 2,
      succeeded: 0,
      stopped: 'halt',
      exitCode: 1,
    });
    expect(jobs.every(({ leftProcesses }) => leftProcesses === 0)).toBe(true);
  });

  it.each([
    [undefined, 3],
    [10, 5],
  ])('at half of the jobs, %s of which are known, ends after %i', async (total, ended) => {
    const { report } = await run(['false'], {
      items: numbers(10),
      total,
      jobs: 1,
      halt: { when: 'soon', failurePercent: 50 },
    });
    expect(report.failed).toBe(ended);
  });

  it('does not try failed jobs again after it', async () => {
    const { report, jobs } = await run(
      ['sh', '-c', 'sleep 0.$1; exit 1', 'sh'],
      {
        items: itemsOf('05', '2'),
        retries: 9,
        halt: { when: 'soon', failures: 1 },
        timeoutMs: null,
      },
      { drain: AbortSignal.timeout(100) },
    );
    expect(report).toMatchObject({ failed: 2, stopped: 'signal' });
    expect(jobs).toHaveLength(2);
  });
});

describe('signals', () => {
  const script = [
    'sh',
    '-c',
    `trap 'echo ended $1; exit 0' TERM; echo up; sleep 63.1 & wait`,
    'sh',
  ];

  it('stop the run: jobs get TERM, may say goodbye, and count as cancelled', async () => {
    const stop = new AbortController();
    const running = run(script, { items: numbers(9), output: 'group' }, { signal: stop.signal });
    await sleep(300);
    stop.abort();
    const { report, stdout } = await running;
    expect(stdout.match(/ended/g)).toHaveLength(2);
    expect(report).toMatchObject({ cancelled: 2, succeeded: 0, stopped: 'signal', exitCode: 1 });
  });

  it('drain the run: jobs end, nothing new starts, even while input is awaited', async () => {
    const drain = new AbortController();
    async function* items() {
      yield { columns: ['0.4'] };
      await new Promise(() => undefined);
    }
    const running = run(['sleep'], { items: items() }, { drain: drain.signal });
    await sleep(100);
    drain.abort();
    const { report } = await running;
    expect(report).toMatchObject({ succeeded: 1, cancelled: 0, stopped: 'signal' });
  });

  it('kill at once when asked to', async () => {
    const kill = new AbortController();
    const running = run(
      ['sh', '-c', `trap '' TERM; sleep 63.2; sleep 63.2`],
      { items: numbers(2), graceMs: 600_000 },
      { killNow: kill.signal },
    );
    await sleep(300);
    kill.abort();
    const { report } = await running;
    expect(report).toMatchObject({ cancelled: 2, stopped: 'signal' });
  });

  it('that came before the start leave everything undone', async () => {
    const { report } = await run(['false'], { items: numbers(3) }, { signal: AbortSignal.abort() });
    expect(report).toMatchObject({ failed: 0, succeeded: 0, stopped: 'signal', exitCode: 1 });
  });
});

describe('a host that fails', () => {
  it('makes the run reject with its error, and leaves nothing running', async () => {
    const onEvent = (): void => {
      throw new RangeError('the face fell');
    };
    const promise = run(['sleep', '64.3'], { items: numbers(3) }, { onEvent });
    await expect(promise).rejects.toThrow('the face fell');
  });
});

describe('a rate', () => {
  it('spreads the starts', async () => {
    // From before the run: on a busy machine the first job may start late.
    const begunAt = Date.now();
    const { jobs } = await run(['true'], {
      items: numbers(4),
      jobs: 4,
      rate: { limit: 2, intervalMs: 300 },
    });
    const starts = jobs.map(({ startedAt }) => startedAt).sort((a, b) => a - b);
    expect((starts[2] as number) - begunAt).toBeGreaterThanOrEqual(299);
  });
});

describe('a plan', () => {
  it('shows commands and time limits and runs nothing', async () => {
    const mark = join(folder(), 'mark');
    const planned = await collect(
      requestOf(['touch', mark, '{#}', '{}'], { items: itemsOf('a b') }),
    );
    expect(planned).toEqual([
      {
        sequence: 1,
        command: `touch ${mark} 1 'a b'`,
        timeoutMs: undefined,
        timeoutReason: undefined,
        problem: undefined,
      },
    ]);
    expect(existsSync(mark)).toBe(false);
  });

  it.each<[readonly string[], Partial<CommandRequest>, number | undefined, string | undefined]>([
    [['git push {}'], {}, 30_000, 'git push'],
    [['cd {} && npm ci'], { shell: true }, 120_000, 'npm ci'],
    [['git push {}'], { timeoutMs: null }, undefined, undefined],
    [['git push {}'], { timeoutMs: 5_000 }, 5_000, 'asked'],
    [['echo {}'], {}, undefined, undefined],
  ])(
    'of %j has the limit of the command',
    async (template, overrides, timeoutMs, timeoutReason) => {
      const [one] = await collect(requestOf(template, { ...overrides, items: itemsOf('x') }));
      expect(one).toMatchObject({ timeoutMs, timeoutReason });
    },
  );

  it('tells of items that cannot be run', async () => {
    const items = [{ columns: [], problem: 'bad' }, { columns: ['a'] }];
    const planned = await collect(requestOf(['echo'], { items }));
    expect(planned.map(({ problem }) => problem)).toEqual(['bad', undefined]);
  });
});

describe('tags', () => {
  it.each(['group', 'line'] as const)('mark every line of %s output', async (output) => {
    const { stdout, stderr } = await run(['sh', '-c', 'printf "1\\n2"; echo 3 >&2', 'sh', '{}'], {
      items: itemsOf('b c', 'x\ny'),
      output,
      tag: true,
      jobs: 1,
    });
    expect(stdout).toBe('b c\t1\nb c\t2\nx y\t1\nx y\t2\n');
    expect(stderr).toBe('b c\t3\nx y\t3\n');
  });
});

describe('a lazy source', () => {
  it('is read no further ahead than the jobs need', async () => {
    let given = 0;
    async function* items() {
      for (;;) yield { columns: [String(given++)] };
    }
    const { report } = await run(['sh', '-c', 'test $1 -lt 20', 'sh'], {
      items: items(),
      halt: { when: 'soon', failures: 1 },
    });
    expect(report.succeeded).toBeGreaterThanOrEqual(19);
    expect(given).toBeLessThan(26);
  });
});

async function collect(request: CommandRequest) {
  const all = [];
  for await (const one of planCommands(request)) all.push(one);
  return all;
}
