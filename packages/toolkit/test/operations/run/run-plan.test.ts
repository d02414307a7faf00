import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bin, cleanEnvironment, until } from '../../faces/cli/start-command.ts';
import { isAlive, noting, PlanFolder } from './plan-folder.ts';

describe('the order of tasks', () => {
  test('each task runs after all that it needs', async () => {
    const plan = new PlanFolder({
      d: { ...noting('d'), needs: ['b', 'c'] },
      c: { ...noting('c'), needs: 'a' },
      b: { ...noting('b'), needs: ['a'] },
      a: noting('a'),
    });
    const { code, stderr } = await plan.run();
    expect(code).toBe(0);
    expect(stderr).toContain('atonce: 4 done\n');
    const lines = plan.lines('log');
    expect([lines[0], lines[3]]).toEqual(['a', 'd']);
  });

  test('random graphs run whole and in order, whatever their names and the slots', async () => {
    const names = fc.uniqueArray(
      fc
        .oneof(
          fc.constantFrom(
            '__proto__',
            'constructor',
            'toString',
            'a b',
            'ä',
            '日本',
            '-x',
            '{}',
            "'",
          ),
          fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }),
        )
        .filter((name) => !/\p{Cc}/u.test(name) && name.isWellFormed()),
      { minLength: 1, maxLength: 12 },
    );
    const graph = names.chain((all) =>
      fc.record({
        all: fc.constant(all),
        slots: fc.integer({ min: 1, max: 4 }),
        needs: fc.tuple(...all.map((_, at) => fc.subarray(all.slice(0, at)))),
      }),
    );
    await fc.assert(
      fc.asyncProperty(graph, async ({ all, slots, needs }) => {
        const tasks = all.map(
          (name, at) => [name, { ...noting(String(at)), needs: needs[at] ?? [] }] as const,
        );
        // Written by hand: an object literal would take __proto__ for its prototype.
        const entries = tasks.map(
          ([name, task]) => `${JSON.stringify(name)}:${JSON.stringify(task)}`,
        );
        const plan = new PlanFolder(`{"tasks":{${entries.join(',')}}}`);
        const { code } = await plan.run(['-j', String(slots), '-q']);
        expect(code).toBe(0);
        const order = plan.lines('log').map(Number);
        expect(order.toSorted((a, b) => a - b)).toEqual(all.map((_, at) => at));
        for (const [at, before] of needs.entries())
          for (const need of before)
            expect(order.indexOf(all.indexOf(need))).toBeLessThan(order.indexOf(at));
      }),
      { numRuns: 12 },
    );
  });

  test('named tasks run with all that they need, and nothing else', async () => {
    const plan = new PlanFolder({
      a: noting('a'),
      b: { ...noting('b'), needs: 'a' },
      c: { ...noting('c'), needs: 'b' },
      other: noting('other'),
    });
    expect((await plan.run(['b', '-j', '2'])).code).toBe(0);
    expect(plan.lines('log')).toEqual(['a', 'b']);
  });

  test('no more run at once than there are slots, and of a pool than it holds', async () => {
    const body = 'echo + >> log; sleep 0.15; echo - >> log';
    const tasks = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((name) => [name, { run: body, shell: true, pool: 'one' }]),
    );
    const plan = new PlanFolder(JSON.stringify({ concurrency: 4, pools: { one: 1 }, tasks }));
    await plan.run();
    expect(plan.lines('log')).toEqual(Array.from({ length: 5 }, () => ['+', '-']).flat());
  });

  test('a weight of all slots runs alone, also where there are fewer slots than that', async () => {
    const plan = new PlanFolder({
      heavy: { run: 'echo + >> log; sleep 0.2; echo - >> log', shell: true, weight: 8 },
      light: { run: 'echo + >> log; sleep 0.2; echo - >> log', shell: true },
    });
    expect((await plan.run(['-j', '2'])).code).toBe(0);
    expect(plan.lines('log')).toEqual(['+', '-', '+', '-']);
  });

  test('the more urgent starts first', async () => {
    const plan = new PlanFolder({
      low: { ...noting('low'), priority: 'low' },
      normal: noting('normal'),
      critical: { ...noting('critical'), priority: 'critical' },
    });
    await plan.run(['-j', '1']);
    expect(plan.lines('log')).toEqual(['critical', 'normal', 'low']);
  });

  test('a thousand tasks run', async () => {
    const tasks = Object.fromEntries(
      Array.from({ length: 1000 }, (_, at) => [
        `t${at}`,
        { run: 'true', needs: at < 10 ? [] : [`t${at - 10}`, `t${at - 7}`] },
      ]),
    );
    const { code, stderr } = await new PlanFolder(tasks).run(['-j', '4']);
    expect(stderr).toContain('atonce: 1,000 done\n');
    expect(code).toBe(0);
  });
});

describe('a task that fails', () => {
  const tasks = {
    good: { run: 'true' },
    bad: { run: 'exit 3', shell: true },
    after: { run: 'true', needs: ['bad', 'good'] },
    far: { run: 'true', needs: 'after' },
    apart: { run: 'true', needs: 'good' },
  };

  test('skips what needs it, near and far, with the reason; the rest goes on', async () => {
    const { code, of } = await new PlanFolder(tasks).tasks();
    expect(code).toBe(1);
    expect(of('apart').outcome).toBe('success');
    expect(of('after')).toMatchObject({ outcome: 'skipped', reason: 'bad failed' });
    expect(of('far')).toMatchObject({ outcome: 'skipped', reason: 'after was skipped' });
  });

  test('is named in the summary with its reason, and so is what was skipped', async () => {
    const { stderr } = await new PlanFolder(tasks).run();
    expect(stderr).toContain('atonce: bad: exit 3 after');
    expect(stderr).toContain('atonce: 2 done, 1 failed, 2 skipped\nfailed: bad (exit 3)\n');
    expect(stderr).toContain('skipped: after (bad failed), far (after was skipped)\n');
  });

  test('stops everything with --fail-fast, the running ones with all their processes', async () => {
    const plan = new PlanFolder({
      slow: { run: 'echo $$ > pid; sleep 60 & echo $! > child; wait', shell: true },
      bad: { run: 'while ! test -s child; do sleep 0.02; done; exit 1', shell: true },
      always: { ...noting('always'), needs: 'bad', when: 'always' },
    });
    const { code, of } = await plan.tasks(['-j', '2', '--fail-fast']);
    expect(code).toBe(1);
    expect(of('slow').outcome).toBe('cancelled');
    expect(of('always').outcome).toBe('cancelled');
    expect(isAlive(Number(plan.lines('child')[0]))).toBe(false);
  });

  test('lets running ones end with --halt soon', async () => {
    const plan = new PlanFolder({
      bad: { run: 'false' },
      slow: { run: 'sleep 0.4', estimate: '1m' },
      next: { run: 'true', needs: 'slow' },
    });
    const found = await plan.outcomes(['-j', '2', '--halt', 'soon,fail=1']);
    expect(found).toEqual(['bad failure', 'slow success', 'next cancelled']);
  });

  test('that may fail fails nothing, and what needs it runs', async () => {
    const plan = new PlanFolder({
      bad: { run: 'exit 3', shell: true, allowFailure: true },
      after: { run: 'true', needs: 'bad' },
    });
    const { code, stderr } = await plan.run(['--fail-fast']);
    expect(code).toBe(0);
    expect(stderr).toContain('atonce: 2 done\nfailed, as they may: bad (exit 3)\n');
  });

  test('is tried again as often as it says, and only the last try is seen', async () => {
    const run = 'echo x >> log; echo "try $(wc -l < log)"; test "$(wc -l < log)" -ge 3';
    const plan = new PlanFolder({ flaky: { run, shell: true, retries: 3 } });
    const { code, stdout } = await plan.run();
    expect({ code, stdout: stdout.replaceAll(/ +/g, ' ') }).toEqual({ code: 0, stdout: 'try 3\n' });
  });

  test('because its program is missing is not tried again', async () => {
    const plan = new PlanFolder({ a: { run: 'no-such-program-here', retries: 5 } });
    const { code, of } = await plan.tasks();
    expect(code).toBe(127);
    expect(of('a').job).toMatchObject({ attempts: 1, end: { kind: 'not-found' } });
  });

  test('because it takes too long is ended with all its processes', async () => {
    const plan = new PlanFolder({
      hang: { run: '(sleep 60 & echo $! > child; wait) ', shell: true, timeout: '300ms' },
    });
    const { code, stderr } = await plan.run();
    expect(code).toBe(124);
    expect(stderr).toContain('failed: hang (timeout)');
    expect(isAlive(Number(plan.lines('child')[0]))).toBe(false);
  });
});

describe('when', () => {
  test.each([
    ['success', 'skipped', 'success'],
    ['failure', 'success', 'skipped'],
    ['always', 'success', 'success'],
    ["outcome.first == 'failure'", 'success', 'skipped'],
    ["always && env.SHELL_OF != 'x'", 'success', 'success'],
    ["env.FLAG == 'yes'", 'skipped', 'success'],
    ["env.FLAG != 'yes'", 'skipped', 'skipped'],
    ['!env.NOT_SET', 'skipped', 'success'],
    ["results.first == 'out' && always", 'success', 'success'],
    ['false', 'skipped', 'skipped'],
    ['env.constructor || env.__proto__', 'skipped', 'skipped'],
  ])('%s: %s after a failure, %s after a success', async (when, afterFailure, afterSuccess) => {
    for (const [end, outcome] of [
      [1, afterFailure],
      [0, afterSuccess],
    ] as const) {
      const plan = new PlanFolder({
        first: { run: `echo out; exit ${end}`, shell: true },
        second: { run: 'true', needs: 'first', when },
      });
      const { of } = await plan.tasks([], { env: { FLAG: 'yes' } });
      expect(of('second').outcome).toBe(outcome);
    }
  });

  test('failure holds after a failure further up', async () => {
    const plan = new PlanFolder({
      build: { run: 'false' },
      test: { run: 'true', needs: 'build' },
      tell: { ...noting('{outcome.test}'.length.toString()), needs: 'test', when: 'failure' },
    });
    expect(await plan.outcomes()).toEqual(['build failure', 'test skipped', 'tell success']);
  });

  test('waits for all that is needed, also where some of it is skipped at once', async () => {
    const plan = new PlanFolder({
      off: { run: 'true', when: 'false' },
      slow: { run: 'sleep 0.3; false', shell: true },
      middle: { run: 'true', needs: ['off', 'slow'] },
      tell: { run: 'true', needs: 'middle', when: 'failure' },
    });
    const { of } = await plan.tasks(['-j', '4']);
    expect(of('middle')).toMatchObject({ outcome: 'skipped', reason: 'slow failed' });
    expect(of('tell').outcome).toBe('success');
  });

  test('one that does not hold skips the task with its text as the reason', async () => {
    const plan = new PlanFolder({
      deploy: { run: 'true', when: "env.DEPLOY == 'yes'" },
      after: { run: 'true', needs: 'deploy' },
      tell: { run: ['echo', 'deploy: {outcome.deploy}'], needs: 'deploy', when: 'always' },
    });
    const { code, stdout, stderr } = await plan.run();
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'deploy: skipped\n' });
    expect(stderr).toContain("deploy (not so: env.DEPLOY == 'yes'), after (deploy was skipped)");
  });

  test('variables of the task itself count', async () => {
    const plan = new PlanFolder({ a: { run: 'true', env: { ON: 1 }, when: 'env.ON == 1' } });
    expect(await plan.outcomes()).toEqual(['a success']);
  });
});

describe('what a task runs with', () => {
  test('variables into which a result is filled count with that result', async () => {
    const env = { V: '{results.a}', NONE: '{results.a.none}' };
    const plan = new PlanFolder({
      a: 'echo yes',
      same: { run: 'true', needs: 'a', env: { V: env.V }, when: "env.V == 'yes'" },
      other: { run: 'true', needs: 'a', env: { V: env.V }, when: "env.V != 'yes'" },
      none: { run: 'true', needs: 'a', env, when: 'env.NONE' },
      inherited: { run: 'true', needs: 'a', when: "env.OUT == '{results.a}'" },
    });
    expect(await plan.outcomes([], { env: { OUT: '{results.a}' } })).toEqual([
      'a success',
      'same success',
      'other skipped',
      'none skipped',
      'inherited success',
    ]);
  });

  test('env adds variables, null takes one away, defaults are for all', async () => {
    const show = { run: 'echo "$A|$B|${GONE-unset}"', shell: true };
    const plan = new PlanFolder(
      JSON.stringify({
        defaults: { env: { A: 1, B: 'x' } },
        tasks: { a: { ...show, env: { B: true, GONE: null } } },
      }),
    );
    const { stdout } = await plan.run([], { env: { GONE: 'here' } });
    expect(stdout).toBe('1|true|unset\n');
  });

  test('variables may have any name', async () => {
    const plan = new PlanFolder(
      '{"tasks":{"a":{"run":"env","env":{"__proto__":"one","a b":"two","constructor":"three"}}}}',
    );
    const lines = (await plan.run()).stdout.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining(['__proto__=one', 'a b=two', 'constructor=three']),
    );
  });

  test('cwd is relative to the plan, wherever the command is called from', async () => {
    const plan = new PlanFolder({ a: { run: 'pwd', cwd: 'sub' }, b: { run: 'pwd' } });
    mkdirSync(plan.path('sub'));
    const { stdout } = await plan.run(['-j', '1', '-C', '/', '-f', plan.path('plan.yaml')]);
    expect(stdout).toBe(`${plan.path('sub')}\n${plan.folder}\n`);
  });

  test('a folder that is not there fails its task at once with a clear word', async () => {
    const plan = new PlanFolder({ a: { run: 'pwd', cwd: 'gone', retries: 9 } });
    const { code, stderr } = await plan.run();
    expect(code).toBe(1);
    expect(stderr).toContain(`the folder ${plan.path('gone')} does not exist`);
  });

  test('no shell reads a command unless it says so', async () => {
    const plan = new PlanFolder({
      words: { run: ['echo', '$HOME', 'a b', ';'] },
      line: { run: 'echo \'a  b\' "c"', needs: 'words' },
      shell: { run: 'echo a | tr a b', shell: true, needs: 'line' },
    });
    expect((await plan.run()).stdout).toBe('$HOME a b ;\na  b c\nb\n');
  });
});

describe('results', () => {
  test('what a command printed is filled into words and variables, and stays one word', async () => {
    const plan = new PlanFolder({
      make: { run: ['printf', "a  b; $(id) 'q'\n\n"] },
      args: { run: ['printf', '[%s]', 'x{results.make}y', 'z'], needs: 'make' },
      env: {
        run: 'printf "<%s>" "$V"',
        shell: true,
        env: { V: '{results.make}' },
        needs: ['make', 'args'],
      },
      code: { run: ['echo', '{results.make.exitCode}', '{outcome.make}'], needs: ['make', 'env'] },
    });
    const text = "a  b; $(id) 'q'";
    const { stdout } = await plan.run();
    expect(stdout).toBe(`${text}\n\n[x${text}y][z]<${text}>0 success\n`);
  });

  test.each(['group', 'line', 'raw'])('are the same with --output %s', async (output) => {
    const plan = new PlanFolder({
      make: { run: 'echo one; echo two', shell: true },
      use: { run: ['echo', '{results.make}'], needs: 'make' },
    });
    expect((await plan.run(['--output', output])).stdout).toBe('one\ntwo\none\ntwo\n');
  });

  test('a task that could not be filled in is told with its command, and is not called slow', async () => {
    const plan = new PlanFolder({
      a: 'echo 1',
      b: { run: ['echo', '{results.a.none}'], needs: 'a' },
    });
    const { stderr } = await plan.run(['-v']);
    expect(stderr).toMatch(/b: not started .* has no such field\) after 0 ms: echo '\{results/);
    expect(stderr).not.toContain('slowest');
  });

  test('a field that does not exist fails the task that asks for it', async () => {
    const plan = new PlanFolder({
      a: { run: 'true' },
      b: { run: ['echo', '{results.a.nope}'], needs: 'a' },
      c: { run: ['echo', '{results.b}'], needs: 'b', when: 'always' },
    });
    const { code, stderr } = await plan.run();
    expect(code).toBe(1);
    expect(stderr).toContain('{results.a.nope}: the result of a has no such field');
    expect(stderr).toContain('{results.b}: b has no result: it ended as failure');
  });

  test('output of more than 1 MiB is not handed on in part', async () => {
    const plan = new PlanFolder({
      big: { run: 'head -c 2000000 /dev/zero | tr "\\0" x', shell: true },
      use: { run: ['echo', '{results.big}'], needs: 'big' },
    });
    const { code, stderr } = await plan.run();
    expect(code).toBe(1);
    expect(stderr).toContain('{results.big}: the output of big is larger than 1 MiB');
  });
});

test('more tasks at once than there may be files open wait for each other', async () => {
  const plan = new PlanFolder({
    ...Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`t${at}`, 'sleep 0.2'])),
    f: { module: './f.mjs#f' },
  });
  plan.write('f.mjs', 'export const f = () => 1;');
  const outer = new PlanFolder({
    all: {
      run: `ulimit -n 100; '${process.execPath}' '${bin}' run -j 120 -f '${plan.path('plan.yaml')}'`,
      shell: true,
    },
  });
  expect((await outer.run()).stderr).toContain('atonce: 121 done\n');
});

test('output is kept in a folder, a log and a trace by the names of tasks', async () => {
  const plan = new PlanFolder({ 'a/b': { run: 'echo one' }, c: { run: 'echo two' } });
  const args = [
    '-j',
    '1',
    '--results',
    'out',
    '--joblog',
    'jobs.tsv',
    '--trace',
    'trace.json',
    '--tag',
  ];
  const { stdout } = await plan.run(args);
  expect(stdout).toBe('a/b\tone\nc\ttwo\n');
  expect(plan.lines('out/task/a\\_b/stdout')).toEqual(['one']);
  expect(
    plan
      .lines('jobs.tsv')
      .slice(1)
      .map((line) => line.split('\t').at(-1)),
  ).toEqual(['echo one', 'echo two']);
  const trace = JSON.parse(readFileSync(plan.path('trace.json'), 'utf8')) as { ph: string }[];
  expect(trace.filter(({ ph }) => ph === 'X')).toHaveLength(2);
});

test('with --keep-order output comes in the order of the file', async () => {
  const plan = new PlanFolder({
    slow: { run: 'sleep 0.3; echo slow', shell: true },
    skipped: { run: 'echo no', when: 'false' },
    quick: { run: 'echo quick' },
    quicker: { run: 'echo quicker' },
  });
  expect((await plan.run(['-j', '4', '-k'])).stdout).toBe('slow\nquick\nquicker\n');
});

test('Ctrl-C ends the running tasks with their processes and exits with 130', async () => {
  const plan = new PlanFolder({
    hang: { run: 'sleep 60 & echo $! > child; wait', shell: true },
    after: { ...noting('after'), needs: 'hang', when: 'always' },
  });
  const { child, ended } = plan.start();
  await until(() => plan.lines('child').length > 0, 'the task runs');
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toContain('0 done, 2 cancelled');
  await sleep(50);
  expect(isAlive(Number(plan.lines('child')[0]))).toBe(false);
  expect(plan.lines('log')).toEqual([]);
});

test.each([
  ['standard input', '-f - < pipe'],
  ['a named pipe', '-f pipe'],
  ['an earlier journal in a named pipe', '-f plan.yaml --history pipe'],
])('Ctrl-C ends the reading of %s at once', async (_what, args) => {
  const plan = new PlanFolder({ a: noting('a') });
  const program = `'${process.execPath}' '${bin}'`;
  const script = `mkfifo pipe; exec 9<>pipe; (sleep 1; kill -INT $$) & exec ${program} run ${args}`;
  const child = spawn('bash', ['-c', script], { cwd: plan.folder, env: cleanEnvironment() });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise((resolve) => child.on('exit', resolve));
  expect(code).toBe(130);
  expect(stderr).toContain('stopped before anything was run');
  expect(plan.lines('log')).toEqual([]);
});

test('a plan may come from a named pipe whose writer takes its time', async () => {
  const plan = new PlanFolder({ a: 'echo hi' });
  const script = `mkfifo pipe; (sleep 1; cat plan.yaml > pipe) & '${process.execPath}' '${bin}' run -q -f pipe`;
  const { stdout } = spawnSync('bash', ['-c', script], {
    cwd: plan.folder,
    env: cleanEnvironment(),
    encoding: 'utf8',
  });
  expect(stdout).toBe('hi\n');
});
