import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { directSpawner } from '../../dist/processes/direct-spawner.js';
import { helperSpawner } from '../../dist/processes/helper-spawner.js';
import { killAllGroups } from '../../dist/processes/process-groups.js';
import type { OutputSink, ProcessRequest } from '../../dist/processes/process-request.js';
import { runProcess } from '../../dist/processes/run-process.js';
import type { Spawner } from '../../dist/processes/spawner.js';

const nowhere: OutputSink = { to: 'nowhere' };

function request(script: string, overrides: Partial<ProcessRequest> = {}): ProcessRequest {
  return {
    file: '/bin/sh',
    args: ['-c', script],
    cwd: undefined,
    env: process.env,
    stdout: nowhere,
    stderr: nowhere,
    timeoutMs: undefined,
    graceMs: 200,
    ...overrides,
  };
}

/** A sink that keeps all text. */
function keeping(): { sink: OutputSink; text: () => string } {
  const chunks: Uint8Array[] = [];
  const read = (chunk: Uint8Array): void => void chunks.push(Uint8Array.from(chunk));
  return { sink: { to: 'reader', read }, text: () => Buffer.concat(chunks).toString() };
}

/** Living processes with this text in their command line. */
function alive(marker: string): number {
  const list = execFileSync('ps', ['-eo', 'stat=,args=']).toString().split('\n');
  return list.filter((line) => line.includes(marker) && !line.startsWith('Z')).length;
}

let marks = 0;
/** A sleep that no other test has. */
function mark(): string {
  return `sleep 47.${process.pid}${++marks}`;
}

const helper = helperSpawner();
afterAll(() => helper.close());

describe.each<[string, Spawner]>([
  ['directly', directSpawner],
  ['by the helper', helper],
])('a process started %s', (_name, spawner) => {
  it.each([
    ['exit 0', { kind: 'exit', code: 0 }],
    ['exit 77', { kind: 'exit', code: 77 }],
    ['kill -9 $$', { kind: 'signal', signal: 'SIGKILL' }],
    ['kill -TERM $$', { kind: 'signal', signal: 'SIGTERM' }],
  ])('that does `%s` is told as %j', async (script, end) => {
    const result = await runProcess(request(script), spawner);
    expect(result.end).toEqual(end);
    expect(result.pid).toBeGreaterThan(1);
  });

  it('that does not exist, cannot be executed or has too long arguments never throws', async () => {
    const end = async (overrides: Partial<ProcessRequest>): Promise<unknown> =>
      (await runProcess(request('', overrides), spawner)).end;
    expect(await end({ file: 'no-such-program' })).toMatchObject({ kind: 'not-found' });
    expect(await end({ file: '/etc/passwd' })).toMatchObject({ kind: 'not-executable' });
    expect(await end({ file: '/etc/passwd/x' })).toMatchObject({ kind: 'not-found' });
    expect(await end({ args: ['-c', ':', 'x'.repeat(3_000_000)] })).toMatchObject({
      kind: 'spawn-failed',
      message: expect.stringContaining('E2BIG'),
    });
  });

  it('leads a group of its own and has no input', async () => {
    const { sink, text } = keeping();
    const script = 'ps -o pgid= -p $$; echo $$; cat';
    await runProcess(request(script, { stdout: sink }), spawner);
    const [group, pid] = text().split('\n');
    expect(group?.trim()).toBe(pid);
  });

  it('dies with its children and grandchildren when its time is up', async () => {
    const marker = mark();
    const script = `${marker} & (${marker} & ${marker}); echo`;
    const result = await runProcess(request(script, { timeoutMs: 150 }), spawner);
    expect(result.end).toEqual({ kind: 'timeout', timeoutMs: 150 });
    expect(result.leftProcesses).toBe(0);
    expect(alive(marker)).toBe(0);
  });

  it('is killed after the grace when it ignores TERM, and so are children that do', async () => {
    const marker = mark();
    const script = `trap '' TERM; ${marker} & ${marker}; ${marker}`;
    const result = await runProcess(request(script, { timeoutMs: 100 }), spawner);
    expect(result.end.kind).toBe('timeout');
    expect(result.durationMs).toBeGreaterThan(290);
    expect(alive(marker)).toBe(0);
  });

  it('takes a child that ignores TERM with it although it obeyed itself', async () => {
    const marker = mark();
    const script = `(trap '' TERM; ${marker}; ${marker}) & ${marker}`;
    const result = await runProcess(request(script, { timeoutMs: 100 }), spawner);
    expect(result.leftProcesses).toBe(0);
    expect(alive(marker)).toBe(0);
  });

  it('is woken to obey when it is suspended', async () => {
    const result = await runProcess(
      request('kill -STOP $$; exit 1', { timeoutMs: 100, graceMs: 20_000 }),
      spawner,
    );
    expect(result.end.kind).toBe('timeout');
  });

  it('is over when it ends, whoever still holds its pipes, and leaves them alone', async () => {
    const marker = mark();
    const { sink, text } = keeping();
    const { end, leftProcesses } = await runProcess(
      request(`${marker} & echo started`, { stdout: sink, stderr: sink }),
      spawner,
    );
    expect(end).toEqual({ kind: 'exit', code: 0 });
    expect(leftProcesses).toBe(0);
    expect(text()).toBe('started\n');
    expect(alive(marker)).toBe(1);
    execFileSync('pkill', ['-f', `^${marker}$`]);
  });

  it('is over although a child left behind writes without end', async () => {
    const { sink } = keeping();
    const { end } = await runProcess(request('yes & exit 3', { stdout: sink }), spawner);
    expect(end).toEqual({ kind: 'exit', code: 3 });
  });

  it('loses nothing it wrote to a slow reader', async () => {
    let bytes = 0;
    let reading = 0;
    const read = async (chunk: Uint8Array): Promise<void> => {
      expect(reading++).toBe(0);
      await sleep(1);
      bytes += chunk.length;
      reading--;
    };
    const script = 'head -c 3000000 /dev/zero';
    await runProcess(request(script, { stdout: { to: 'reader', read } }), spawner);
    expect(bytes).toBe(3_000_000);
  });

  it('is cancelled by a signal: TERM first, and KILL at once when asked', async () => {
    const stop = new AbortController();
    const { sink, text } = keeping();
    const script = `trap 'echo bye; exit 5' TERM; echo on; while :; do sleep 0.05; done`;
    const gentle = runProcess(request(script, { stdout: sink, signal: stop.signal }), spawner);
    await until(() => text() === 'on\n');
    stop.abort();
    expect((await gentle).end).toEqual({ kind: 'cancelled' });

    const kill = new AbortController();
    const marker = mark();
    const forced = runProcess(
      request(`trap '' TERM; ${marker}`, { graceMs: 60_000, killNow: kill.signal }),
      spawner,
    );
    await until(() => alive(marker) > 0);
    kill.abort();
    expect((await forced).end).toEqual({ kind: 'cancelled' });
    expect(alive(marker)).toBe(0);
  });

  it('is not started when the signal came before', async () => {
    const result = await runProcess(request('exit 1', { signal: AbortSignal.abort() }), spawner);
    expect(result).toMatchObject({ end: { kind: 'cancelled' }, pid: undefined });
  });

  it('takes its listeners off the signals', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const [add, remove] = [signal.addEventListener, signal.removeEventListener];
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove.apply(signal, args);
    };
    await runProcess(request('exit 0', { signal, killNow: signal }), spawner);
    await runProcess(request('exit 0', { signal, file: 'no-such-program' }), spawner);
    await runProcess(request('sleep 9', { signal, timeoutMs: 50 }), spawner);
    expect(listeners).toBe(0);
  });

  it('gets exactly the environment and folder it was given', async () => {
    const { sink, text } = keeping();
    const env = { PATH: process.env['PATH'], MARK: 'a b' };
    await runProcess(request('pwd; env | sort', { stdout: sink, cwd: '/usr', env }), spawner);
    expect(text()).toContain('/usr\n');
    expect(text()).toContain('MARK=a b\n');
    expect(text()).not.toMatch(/NODE_|HOME=/);
  });
});

describe('the helper', () => {
  it('that is killed fails only what it was running, kills that, and is replaced', async () => {
    const spawner = helperSpawner();
    const marker = mark();
    const running = runProcess(request(marker), spawner);
    await until(() => alive(marker) > 0);
    const first = spawner.pid as number;
    process.kill(first, 'SIGKILL');
    expect((await running).end).toMatchObject({
      kind: 'spawn-failed',
      message: expect.stringContaining('SIGKILL'),
    });
    await until(() => alive(marker) === 0);
    expect((await runProcess(request('exit 4'), spawner)).end).toEqual({ kind: 'exit', code: 4 });
    expect(spawner.pid).not.toBe(first);
    spawner.close();
  });

  it('takes its processes with it when its parent is killed', async () => {
    const marker = mark();
    const program = `
      import { helperSpawner } from ${JSON.stringify(new URL('../../dist/processes/helper-spawner.js', import.meta.url).href)};
      import { runProcess } from ${JSON.stringify(new URL('../../dist/processes/run-process.js', import.meta.url).href)};
      const nowhere = { to: 'nowhere' };
      setInterval(() => {
        try { process.kill(Number(process.argv[1]), 0); } catch { process.exit(); }
      }, 500);
      runProcess({ file: '/bin/sh', args: ['-c', ${JSON.stringify(`${marker} & ${marker}`)}], env: process.env, stdout: nowhere, stderr: nowhere, graceMs: 0 }, helperSpawner());
    `;
    const { spawn } = await import('node:child_process');
    const parent = spawn(
      process.execPath,
      ['--input-type=module', '-e', program, '--', String(process.pid)],
      { stdio: 'inherit' },
    );
    await until(() => alive(marker) >= 2);
    parent.kill('SIGKILL');
    await until(() => alive(marker) === 0);
  });

  it('is small', async () => {
    const spawner = helperSpawner();
    await runProcess(request('exit 0'), spawner);
    const status = readFileSync(`/proc/${spawner.pid}/status`, 'utf8');
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
    expect(kilobytes).toBeLessThan(80_000);
    spawner.close();
  });
});

describe('the last resort', () => {
  it('signals every group that is running', async () => {
    const marker = mark();
    const two = [1, 2].map(() => runProcess(request(`${marker} & ${marker}`)));
    await until(() => alive(marker) >= 4);
    killAllGroups('SIGKILL');
    const ends = (await Promise.all(two)).map(({ end }) => end);
    expect(ends).toEqual([
      { kind: 'signal', signal: 'SIGKILL' },
      { kind: 'signal', signal: 'SIGKILL' },
    ]);
    expect(alive(marker)).toBe(0);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}
