import { expect, test } from 'vitest';
import { isAlive, PlanFolder } from './plan-folder.ts';

/** A plan with the functions of one module. */
function withModule(code: string, tasks: object | string): PlanFolder {
  const plan = new PlanFolder(tasks);
  plan.write('tasks.mjs', code);
  return plan;
}

test('a function gets its input and the results of what it needs, under any name', async () => {
  const plan = withModule(
    `export function tell(input, { name, attempt, results, outcomes }) {
       return { input, name, attempt, results: Object.entries(results), outcomes };
     }`,
    '{"tasks":{"__proto__":{"run":"echo out"},"no":{"run":"false","allowFailure":true},' +
      '"f":{"module":"./tasks.mjs#tell","input":{"n":[1,null]},"needs":["__proto__","no"]},' +
      '"show":{"run":["echo","{results.f}"],"needs":"f"}}}',
  );
  const { stdout } = await plan.run(['show', '-q']);
  expect(JSON.parse(stdout.split('\n')[1] ?? '')).toEqual({
    input: { n: [1, null] },
    name: 'f',
    attempt: 1,
    results: [
      ['__proto__', { exitCode: 0, stdout: 'out', truncated: false }],
      ['no', { exitCode: 1, stdout: '', truncated: false }],
    ],
    outcomes: JSON.parse('{"__proto__":"success","no":"success"}') as unknown,
  });
});

test('values go from function to function and into commands, fields by their names', async () => {
  const plan = withModule(
    `export const make = () => ({ list: [{ id: 7 }], text: 'a b' });
     export default (_input, { results }) => results.make.list[0].id * 6;
     export const nothing = async () => {};`,
    {
      make: { module: './tasks.mjs#make' },
      use: { module: './tasks.mjs', needs: 'make' },
      none: { module: 'tasks.mjs#nothing', needs: 'use' },
      show: {
        run: ['echo', '{results.make.list.0.id}', '{results.make.text}', '{results.use}'],
        needs: ['make', 'use', 'none'],
      },
    },
  );
  const { code, stdout, stderr } = await plan.run();
  expect({ code, stdout, stderr: stderr.slice(0, 14) }).toEqual({
    code: 0,
    stdout: '7 a b 42\n',
    stderr: 'atonce: 4 done',
  });
});

test('what a function prints is the output of its task', async () => {
  const plan = withModule(
    `export const say = () => { console.log('out'); console.error('err'); };`,
    { say: { module: './tasks.mjs#say' } },
  );
  const { stdout, stderr } = await plan.run(['--tag', '--results', 'kept']);
  expect(stdout).toBe('say\tout\n');
  expect(stderr).toContain('say\terr\n');
  expect(plan.lines('kept/task/say/stdout')).toEqual(['out']);
  const asJson = await plan.run(['--json']);
  expect(() => JSON.parse(asJson.stdout) as unknown).not.toThrow();
});

test.each([
  ['throws', "throw new RangeError('oh no')", 'RangeError (oh no)'],
  ['throws undefined', 'throw undefined', 'thrown (undefined)'],
  ['rejects', "return Promise.reject(new Error('later'))", 'Error (later)'],
  ['exits', 'process.exit(0)', 'the process ended with 0 before the function had'],
  ['gives a bigint', 'return 1n', 'BigInt'],
  ['gives a function', 'return () => 1', 'the value is no JSON: it is a function'],
  ['gives a cycle', 'const a = []; a.push(a); return a', 'circular'],
])('a function that %s fails its task', async (_what, body, message) => {
  const plan = withModule(`export function f() { ${body} }`, { f: { module: 'tasks.mjs#f' } });
  const { code, stderr } = await plan.run();
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});

test('an export that is not there fails its task, naming it', async () => {
  const plan = withModule('export const f = 1;', {
    f: { module: 'tasks.mjs#f' },
    g: { module: 'tasks.mjs#g' },
  });
  const { code, stderr } = await plan.run();
  expect(code).toBe(1);
  expect(stderr).toContain('exports no function "f"');
  expect(stderr).toContain('exports no function "g"');
});

test('a function that never returns is ended at its time limit with its children', async () => {
  const plan = withModule(
    `import { spawn } from 'node:child_process';
     import { writeFileSync } from 'node:fs';
     export function hang() {
       writeFileSync('child', String(spawn('sleep', ['60']).pid));
       for (;;);
     }`,
    { hang: { module: './tasks.mjs#hang', timeout: '500ms' } },
  );
  const { code } = await plan.run();
  expect(code).toBe(124);
  expect(isAlive(Number(plan.lines('child')[0]))).toBe(false);
});

test('a function that asks for its signal may tidy up before it ends', async () => {
  const plan = withModule(
    `import { writeFileSync } from 'node:fs';
     export async function wait(_input, { signal }) {
       await new Promise((resolve) => signal.addEventListener('abort', resolve));
       writeFileSync('tidy', 'yes');
     }`,
    { wait: { module: './tasks.mjs#wait', timeout: '500ms' } },
  );
  expect((await plan.run()).code).toBe(124);
  expect(plan.lines('tidy')).toEqual(['yes']);
});

test('what a function leaves open keeps nobody waiting', async () => {
  const plan = withModule('export const f = () => { setInterval(() => {}, 1000); return 1; };', {
    f: { module: 'tasks.mjs#f' },
  });
  expect((await plan.run()).code).toBe(0);
});

test('a function may throw anything, also what throws when it is looked at', async () => {
  const plan = withModule(
    `export const getter = () => { throw { get message() { throw 1; } }; };
     export const proxy = () => { throw new Proxy({}, { get() { throw 2; } }); };
     export const nothing = () => { throw undefined; };`,
    {
      getter: { module: './tasks.mjs#getter' },
      proxy: { module: './tasks.mjs#proxy' },
      nothing: { module: './tasks.mjs#nothing' },
    },
  );
  const { of } = await plan.tasks();
  const hidden = { kind: 'error', name: 'thrown', message: 'something that cannot be shown' };
  expect(of('getter').job?.end).toEqual(hidden);
  expect(of('proxy').job?.end).toEqual(hidden);
  expect(of('nothing').job?.end).toEqual({ kind: 'error', name: 'thrown', message: 'undefined' });
});

test('a function that waits for what can never come is told so', async () => {
  const plan = withModule('export default () => new Promise(() => undefined);', {
    stuck: { module: './tasks.mjs' },
  });
  const { of } = await plan.tasks();
  expect(of('stuck').job?.end.message).toContain('waits for something that can never come');
});

test('a function that gave no value is named where one is asked for', async () => {
  const plan = withModule('export default () => undefined;', {
    none: { module: './tasks.mjs' },
    ask: { run: ['echo', '{results.none}'], needs: 'none' },
  });
  const { of } = await plan.tasks();
  expect(of('ask').job?.end.message).toContain('the function of none gave no value');
});
