import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { atonce } from '../../faces/cli/start-command.ts';
import { PlanFolder } from './plan-folder.ts';

const tasks = {
  install: { run: 'npm ci', timeout: '5m', estimate: '20s' },
  lint: { run: 'npx oxlint', needs: 'install', estimate: '10s', priority: 'low' },
  test: { run: 'npm test', needs: 'install', estimate: '40s', retries: 2, pool: 'cpu', weight: 2 },
  deploy: {
    run: './deploy.sh',
    needs: ['lint', 'test'],
    when: "env.DEPLOY == 'yes'",
    estimate: '5s',
  },
  tell: { module: './f.mjs#f', needs: 'deploy', when: 'always', estimate: '1s', cwd: 'sub' },
};

function plan(): PlanFolder {
  const folder = new PlanFolder(tasks);
  folder.write('f.mjs', '');
  return folder;
}

describe('a dry run', () => {
  test('shows order, times, limits with their origin, what is skipped, and runs nothing', async () => {
    const { code, stdout, stderr } = await plan().run(['--dry-run', '-j', '2']);
    expect(code).toBe(0);
    expect(stderr).toBe('atonce: dry run: 4 tasks, 2 at once; nothing was run\n');
    expect(stdout.split('\n')).toEqual([
      '     start         end  task     time   command',
      '         0        20 s  install  given  npm ci  # timeout 5 min 00 s (task)',
      '      20 s  1 min 00 s  test     given  npm test  # timeout 1 min 00 s (npm test), 2 retries, pool cpu, weight 2',
      '1 min 00 s  1 min 10 s  lint     given  npx oxlint  # priority low',
      '1 min 10 s  1 min 11 s  tell     given  ./f.mjs#f  # in sub',
      "skipped: deploy (not so: env.DEPLOY == 'yes')",
      'batch 1: install',
      'batch 2: lint, test',
      'batch 3: tell',
      'critical path 1 min 01 s: install → test → tell',
      'predicted 1 min 11 s with 2 slots; no order takes less than 1 min 01 s',
      '',
    ]);
  });

  test('counts variables of the environment, and options over defaults', async () => {
    const args = ['--dry-run', '--json', '--timeout', '9s', '--retries', '1'];
    const { stdout } = await plan().run(args, { env: { DEPLOY: 'yes' } });
    const { data } = JSON.parse(stdout) as {
      data: {
        skipped: unknown[];
        tasks: { name: string; timeoutMs: number; timeoutReason: string }[];
      };
    };
    expect(data.skipped).toEqual([]);
    expect(
      data.tasks.map(({ name, timeoutMs, timeoutReason }) => [name, timeoutMs, timeoutReason]),
    ).toEqual([
      ['install', 300_000, 'task'],
      ['test', 9000, '--timeout'],
      ['lint', 9000, '--timeout'],
      ['deploy', 9000, '--timeout'],
      ['tell', 9000, '--timeout'],
    ]);
  });

  test('has only what is asked for', async () => {
    const { stdout } = await plan().run(['--dry-run', 'lint']);
    expect(stdout).toContain('critical path 30 s: install → lint\n');
    expect(stdout).not.toContain('npm test');
  });
});

test.each([
  ['text', 'install\nlint ← install\ntest ← install\ndeploy ← lint, test\ntell ← deploy\n'],
  ['mermaid', 'flowchart LR\n  t0["install"]\n'],
  ['dot', 'digraph tasks {\n'],
])('--graph %s prints the graph and runs nothing', async (format, start) => {
  const { code, stdout, stderr } = await plan().run(['--graph', format]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.startsWith(start)).toBe(true);
});

test('what took as long as expected says so', async () => {
  const folder = new PlanFolder({ a: { run: 'sleep 0.1', estimate: '100ms' } });
  expect((await folder.run()).stderr).toMatch(
    /^tasks' own time .* in \d+ ms \(100 ms expected\): /m,
  );
});

describe('nothing is run', () => {
  test.each([
    [['-f', 'gone.yaml'], 'gone.yaml: there is no such file'],
    [['-f', '.'], '.: cannot be read: EISDIR'],
    [['-f', 'latin1.yaml'], 'latin1.yaml: is not UTF-8 text'],
    [['-f', 'large.yaml'], 'large.yaml: is larger than 1 MiB'],
    [['-f', 'empty.yaml'], 'empty.yaml:1:1: the plan is empty: it needs tasks'],
    [
      ['lnt', 'tst'],
      'plan.yaml has no task "lnt"; did you mean lint?\nplan.yaml has no task "tst"',
    ],
    [['lint', ':::', 'x'], 'a plan takes no items'],
    [['-a', 'x'], '-f and -a contradict each other'],
    [['--csv'], '-f and --csv contradict each other'],
    [['--shell'], '-f and --shell contradict each other'],
    [['--module', 'x'], '-f and --module contradict each other'],
    [['--rate', '3/s'], '-f and --rate contradict each other: pools hold tasks back'],
    [['-j', 'adaptive'], '--jobs adaptive is for items'],
    [['--history', 'gone'], '--history: there is no "gone"'],
    [['--graph', 'svg'], '--graph must be one of none, text, mermaid, dot, got "svg"'],
    [['--graph', 'dot', '--dry-run'], '--graph and --dry-run contradict each other'],
  ])('%j: %s', async (args, message) => {
    const folder = plan();
    writeFileSync(folder.path('latin1.yaml'), Buffer.from('tasks: { a: "\xff" }', 'latin1'));
    folder.write('large.yaml', ' '.repeat(1_100_000));
    folder.write('empty.yaml', '');
    const { code, stdout, stderr } = await folder.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('--graph without a plan is refused', async () => {
    const { code, stderr } = await atonce(['run', '--graph', 'dot', 'echo', ':::', 'a']);
    expect(code).toBe(2);
    expect(stderr).toContain('--graph needs --file');
  });
});

test('standard input may be the plan', async () => {
  const folder = new PlanFolder({});
  const input = 'tasks: { where: pwd }';
  const { stdout } = await atonce(['run', '-q', '-f', '-'], { cwd: folder.folder, input });
  expect(stdout).toBe(`${folder.folder}\n`);
});

test('options may follow the names of tasks', async () => {
  const folder = new PlanFolder({ a: 'echo a', b: 'echo b' });
  expect((await folder.run(['b', '-q', '--tag'])).stdout).toBe('b\tb\n');
});
