import { readdirSync } from 'node:fs';
import { fileJournal } from 'atonce/files';
import { describe, expect, test } from 'vitest';
import { noting, PlanFolder } from './plan-folder.ts';

const JOURNAL = ['--journal', 'plan.journal'] as const;
const RESUME = [...JOURNAL, '--resume'] as const;

describe('a plan with a journal', () => {
  test('runs only what is not done when it is continued', async () => {
    const plan = new PlanFolder({
      a: noting('a'),
      b: { run: 'echo b >> log; test -e ok', shell: true, needs: 'a' },
      c: { ...noting('c'), needs: 'b' },
    });
    const first = await plan.run(JOURNAL);
    expect(first.code).toBe(1);
    expect(first.stderr).toContain('run the failed jobs again: atonce run --resume -f plan.yaml');
    plan.write('ok', '');
    const second = await plan.run(RESUME);
    expect(second.code).toBe(0);
    expect(second.stderr).toContain('atonce: 3 done (1 of them before)\n');
    expect(plan.lines('log')).toEqual(['a', 'b', 'b', 'c']);
    expect((await plan.run(RESUME)).stderr).toContain('3 done (3 of them before)\n');
    expect(plan.lines('log')).toEqual(['a', 'b', 'b', 'c']);
  });

  test('has results of done tasks for those that still run', async () => {
    const plan = new PlanFolder({
      make: { run: 'echo made; echo make >> log', shell: true },
      value: { module: './f.mjs#f', needs: 'make' },
      use: {
        run: ['sh', '-c', 'echo "$1 $2"; test -e ok', 'sh', '{results.make}', '{results.value.x}'],
        needs: ['make', 'value'],
      },
    });
    plan.write('f.mjs', "export const f = () => ({ x: 'y'.repeat(3) });");
    await plan.run(JOURNAL);
    plan.write('ok', '');
    const { code, stdout } = await plan.run(RESUME);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'made yyy\n' });
    expect(plan.lines('log')).toEqual(['make']);
  });

  test('writes the kept output of done tasks again', async () => {
    const plan = new PlanFolder({ a: { run: 'echo one' }, b: { run: 'test -e ok', needs: 'a' } });
    await plan.run([...JOURNAL, '--results', 'out']);
    plan.write('ok', '');
    expect((await plan.run([...RESUME, '--results', 'out'])).stdout).toBe('one\n');
  });

  const before = {
    a: { run: 'echo a >> log', shell: true },
    b: { run: 'echo b >> log', shell: true, needs: 'a' },
    c: { run: 'echo c >> log', shell: true },
  };

  test.each([
    ['a command', { ...before, a: { ...before.a, run: 'echo a  >> log' } }, ['a', 'b']],
    ['a variable', { ...before, a: { ...before.a, env: { X: 1 } } }, ['a', 'b']],
    ['a needed task', { ...before, b: { ...before.b, needs: 'c' } }, ['b']],
    ['a new task', { ...before, d: { run: 'echo d >> log', shell: true } }, ['d']],
    [
      'an estimate, a limit and a priority',
      { ...before, a: { ...before.a, estimate: '1s', timeout: '9s', priority: 'low' } },
      [],
    ],
  ])('runs again what changed and what needs it: %s', async (_what, after, again) => {
    const plan = new PlanFolder(before);
    await plan.run(JOURNAL);
    plan.write('log', '');
    plan.plan = after;
    const { code } = await plan.run(RESUME);
    expect(code).toBe(0);
    expect(plan.lines('log').toSorted()).toEqual(again);
  });

  test('notices that the code of a function has changed', async () => {
    const plan = new PlanFolder({ f: { module: './f.mjs#f' }, g: { run: 'true', needs: 'f' } });
    plan.write('f.mjs', 'export const f = () => 1;');
    await plan.run(JOURNAL);
    plan.write('f.mjs', 'export const f = () => 2;');
    const { stderr } = await plan.run(RESUME);
    expect(stderr).toContain('done before, but run again since something changed: f, g\n');
  });

  test('keeps changed tasks when changes are accepted', async () => {
    const plan = new PlanFolder(before);
    await plan.run(JOURNAL);
    plan.write('log', '');
    plan.plan = { ...before, a: { ...before.a, run: 'echo other >> log' } };
    await plan.run([...RESUME, '--accept-changes']);
    expect(plan.lines('log')).toEqual([]);
  });

  test('runs what follows a failure again when that failed again', async () => {
    const plan = new PlanFolder({
      bad: { run: 'false' },
      tell: { ...noting('told'), needs: 'bad', when: 'failure' },
    });
    await plan.run(JOURNAL);
    await plan.run(RESUME);
    expect(plan.lines('log')).toEqual(['told', 'told']);
  });

  test('takes a failure that is allowed for done', async () => {
    const plan = new PlanFolder({
      a: { run: 'echo a >> log; exit 3', shell: true, allowFailure: true },
    });
    await plan.run(JOURNAL);
    const { code, stderr } = await plan.run(RESUME);
    expect({ code, log: plan.lines('log') }).toEqual({ code: 0, log: ['a'] });
    expect(stderr).toContain('1 done (1 of them before)\nfailed, as they may: a (exit 3)');
  });

  test('is refused without --resume, and when it belongs to something else', async () => {
    const plan = new PlanFolder({ a: { run: 'true' } });
    await plan.run(JOURNAL);
    const again = await plan.run(JOURNAL);
    expect({ code: again.code, stderr: again.stderr }).toMatchObject({ code: 2 });
    expect(again.stderr).toContain('--resume continues the run it records');
    plan.write('other.yaml', 'tasks: { a: "true" }');
    const other = await plan.run([...RESUME, '-f', 'other.yaml']);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('option file: "plan.yaml" → "other.yaml"');
  });

  test('takes nothing from a journal that somebody else has written', async () => {
    const plan = new PlanFolder({ a: noting('a') });
    const journal = fileJournal(plan.path('plan.journal'));
    const session = await journal.open({ task: 'other', code: '', options: {} });
    const facts = { key: 'a', index: 0, attempts: 1, startedAt: 0, durationMs: 1 };
    await session.append({ type: 'done', ...facts, value: 'nothing of ours' });
    await session.close();
    expect((await plan.run([...RESUME, '--accept-changes'])).code).toBe(0);
    expect(plan.lines('log')).toEqual(['a']);
  });

  test('stopped early says with 4 that it can be continued', async () => {
    const plan = new PlanFolder({ a: { run: 'false' }, b: { run: 'true', needs: 'a' } });
    const { code, stderr } = await plan.run([...JOURNAL, '--fail-fast']);
    expect(code).toBe(4);
    expect(stderr).toContain('go on: atonce run --resume');
  });
});

describe('estimates', () => {
  const tasks = {
    quick: { run: 'true' },
    slow: { run: 'sleep 0.4' },
    given: { run: 'true', estimate: '7s' },
  };

  async function dryRun(
    plan: PlanFolder,
    args: readonly string[],
  ): Promise<Map<string, [number, string]>> {
    const { stdout } = await plan.run(['--dry-run', '--json', ...args]);
    const { data } = JSON.parse(stdout) as {
      data: { tasks: { name: string; estimateMs: number; estimateFrom: string }[] };
    };
    return new Map(data.tasks.map((task) => [task.name, [task.estimateMs, task.estimateFrom]]));
  }

  test('are given, or learned from the journal, or a guess', async () => {
    const plan = new PlanFolder(tasks);
    expect((await dryRun(plan, [])).get('slow')).toEqual([7000, 'default']);
    await plan.run(JOURNAL);
    plan.plan = { ...tasks, fresh: { run: 'true' } };
    const found = await dryRun(plan, JOURNAL);
    expect(found.get('given')).toEqual([7000, 'given']);
    expect(found.get('slow')?.[1]).toBe('learned');
    expect(found.get('slow')?.[0]).toBeGreaterThan(200);
    expect(found.get('fresh')?.[1]).toBe('default');
  });

  test('are the middle of several runs, from a folder of journals', async () => {
    const plan = new PlanFolder({ a: { run: 'sleep 0.1' } });
    for (const seconds of ['0.1', '3', '0.1']) {
      plan.plan = { a: { run: `sleep ${seconds}` } };
      await plan.run(['--journal', `journals-${seconds}-${String(Math.random())}`]);
    }
    plan.write('journals-not-one', 'a text\n');
    const journals = readdirSync(plan.folder).filter((name) => name.startsWith('journals-'));
    expect(journals).toHaveLength(4);
    const [ms = 0, from] = (await dryRun(plan, ['--history', '.'])).get('a') ?? [];
    expect(from).toBe('learned');
    expect(ms).toBeGreaterThan(90);
    expect(ms).toBeLessThan(2900);
  });

  test('decide the order: what takes long starts first', async () => {
    const plan = new PlanFolder({
      short: { ...noting('short'), estimate: '1s' },
      long: { ...noting('long'), estimate: '1m' },
    });
    await plan.run(['-j', '1']);
    expect(plan.lines('log')).toEqual(['long', 'short']);
  });
});
