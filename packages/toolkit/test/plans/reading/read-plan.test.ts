import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planOf, problemsOf, read } from '../plan-of.ts';

describe('a plan', () => {
  test('is read with all its fields', () => {
    const plan = planOf(`
concurrency: 50%
pools: { net: 2, big: cores }
defaults: { timeout: 2m, retries: 1, env: { A: 1, B: two }, cwd: sub }
tasks:
  build:
    run: "cc -o 'a b' {}"
    needs: [x, x]
    priority: high
    pool: net
    weight: 2
    timeout: none
    env: { B: null, C: 0x10 }
    when: always
    allowFailure: true
    estimate: 90s
  x: { run: [sh, -c, 'exit 1', 7], retries: 0 }
  y: { module: ./f.js#g, input: { a: [1, null] }, shell: false }
  z: { shell: true, run: "a | b" }
  all: { needs: [x, y, z] }
  short: echo hi
`);
    expect(plan.concurrency).toEqual({ kind: 'percent', percent: 50 });
    expect([...plan.pools]).toEqual([
      ['net', 2],
      ['big', 'cores'],
    ]);
    const [build, x, y, z, all, short] = plan.tasks;
    expect(build).toMatchObject({
      name: 'build',
      place: { line: 6, column: 3 },
      work: { kind: 'command', words: ['cc', '-o', 'a b', '{}'] },
      needs: ['x'],
      priority: 'high',
      pool: 'net',
      weight: 2,
      timeout: { value: null, own: true },
      retries: { value: 1, own: false },
      cwd: 'sub',
      allowFailure: true,
      estimateMs: 90_000,
      when: { text: 'always' },
    });
    expect([...(build?.env ?? [])]).toEqual([
      ['A', '1'],
      ['B', undefined],
      ['C', '0x10'],
    ]);
    expect(x).toMatchObject({
      work: { words: ['sh', '-c', 'exit 1', '7'] },
      timeout: { value: 120_000, own: false },
      retries: { value: 0, own: true },
    });
    expect(y?.work).toEqual({
      kind: 'function',
      name: './f.js#g',
      url: 'file:///plan/./f.js',
      exportName: 'g',
      input: { a: [1, null] },
    });
    expect(z?.work).toEqual({ kind: 'script', script: 'a | b' });
    expect(all?.work).toEqual({ kind: 'group' });
    expect(short?.work).toEqual({ kind: 'command', words: ['echo', 'hi'] });
  });

  test('may be JSON, and may use anchors', () => {
    expect(planOf('{"tasks":{"a":{"run":["x"],"needs":[]}}}').tasks).toHaveLength(1);
    const { tasks } = planOf('tasks:\n  a: &it { run: x, env: { A: 1 } }\n  b: *it\n');
    expect(tasks.map(({ work }) => work)).toEqual([
      { kind: 'command', words: ['x'] },
      { kind: 'command', words: ['x'] },
    ]);
  });

  test('that is no mapping has that one problem', () => {
    expect(problemsOf('[]')).toEqual(['1:1 the plan must be a mapping, got a list']);
  });

  test('may not merge mappings, and a name that only looks like it is a name', () => {
    const refused = 'merge keys (<<) are no part of YAML 1.2; what tasks share goes to defaults';
    expect(problemsOf('tasks:\n  <<: { a: x }\n  b: { <<: { env: {} }, run: x }\n')).toEqual([
      `2:3 ${refused}`,
      `3:8 ${refused}`,
    ]);
    expect(planOf('{"tasks":{"<<":"x"}}').tasks.map(({ name }) => name)).toEqual(['<<']);
  });

  test('with very many problems is read no further', () => {
    const tasks = Array.from({ length: 5000 }, (_, at) => `  t${at}: { run: x, needs: x${at} }`);
    expect(problemsOf(`tasks:\n${tasks.join('\n')}\n`)).toHaveLength(100);
  });

  test('comes back as it was written, whatever names, words and values it holds', () => {
    const word = fc
      .string({ unit: 'grapheme', maxLength: 10 })
      .filter((text) => !text.includes('\0'));
    const plain = word.filter((text) => !/\{(results|outcome)\./.test(text));
    const name = word.filter((text) => text !== '' && !/\p{Cc}/u.test(text));
    const task = fc.record({
      words: fc
        .tuple(
          plain.filter((text) => text !== ''),
          fc.array(plain),
        )
        .map(([a, b]) => [a, ...b]),
      weight: fc.integer({ min: 1, max: 9 }),
      estimate: fc.integer({ min: 1, max: 9999 }),
      value: fc.jsonValue({ maxDepth: 2 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, task), { minLength: 1, selector: ([key]) => key }),
        (all) => {
          const entries = all.map(([key, { words, weight, estimate }], at) => {
            const needs = all.slice(0, at).map(([before]) => before);
            const fields = { run: words, weight, estimate: `${estimate}ms`, needs };
            return `${JSON.stringify(key)}: ${JSON.stringify(fields)}`;
          });
          const { tasks } = planOf(`{"tasks":{${entries.join(',')}}}`);
          expect(
            tasks.map(({ name: key, work, weight, estimateMs, needs }) => ({
              key,
              work,
              weight,
              estimateMs,
              needs,
            })),
          ).toEqual(
            all.map(([key, { words, weight, estimate }], at) => ({
              key,
              work: { kind: 'command', words },
              weight,
              estimateMs: estimate,
              needs: all.slice(0, at).map(([before]) => before),
            })),
          );
        },
      ),
    );
  });

  test('is told to be wrong or read, never thrown about, whatever the text', () => {
    const piece = fc.constantFrom(
      'tasks:',
      ' a:',
      '\n',
      '{',
      '}',
      ' run: x',
      ' needs: [a]',
      '- ',
      '*a',
      '&a ',
      "'",
      ': ',
      'when: !env.X',
      '<<: ',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (content) => void read(content)),
      { numRuns: 500 },
    );
  });
});

describe('what is wrong is told with its place', () => {
  test.each([
    ['', '1:1 the plan is empty: it needs tasks'],
    ['# nothing\n', '1:1 the plan is empty: it needs tasks'],
    ['[]', '1:1 the plan must be a mapping, got a list'],
    ['tasks: {}', '1:8 the plan has no tasks'],
    ['task: { a: x }', '1:1 unknown key "task" in the plan; did you mean tasks?'],
    ['tasks: { a: { rum: x } }', '1:15 unknown key "rum" in task "a"; did you mean run?'],
    [
      'defaults: { retry: 1 }\ntasks: { a: x }',
      '1:13 unknown key "retry" in defaults; there are timeout, retries, priority, pool, env, cwd, shell',
    ],
    ['tasks: { a: x, a: y }', '1:16 duplicate key "a": it stands in line 1 already'],
    [
      'tasks: { lint: x, b: { run: y, needs: lnt } }',
      '1:39 "b" needs "lnt", which is no task; did you mean lint?',
    ],
    ['tasks: { a: { run: x, needs: a } }', '1:30 tasks need each other: a → a'],
    [
      'tasks: { a: { run: "x | y" } }',
      '1:20 The command holds `|`, which only a shell acts upon; use `shell: true`, or quote it to have it as text',
    ],
    ['tasks: { a: { module: gone/f.js } }', '1:23 There is no module gone/f.js'],
    ['tasks: { a: { run: x, pool: oi } }', '1:29 there is no pool "oi"; did you mean io?'],
    [
      'tasks: { a: { run: x, priority: hihg } }',
      '1:33 priority must be one of critical, high, normal, low, background, got "hihg"',
    ],
    [
      'tasks: { a: { run: x, timeout: 0 } }',
      '1:32 timeout must be a duration such as 500ms, 10s, 2m or 1h (a bare number is seconds), or none for no limit, got 0',
    ],
    [
      'tasks: { a: { run: x, when: "env.A = 1" } }',
      '1:29 when, character 7: `=` means nothing; `==` compares',
    ],
    [
      'tasks: { a: { run: x, when: outcome.b } }',
      '1:10 when: "b" is not among the task\'s needs; the task has no needs',
    ],
    [
      'tasks: { a: { run: x, allowFailure: maybe } }',
      '1:37 allowFailure must be true or false, got "maybe"',
    ],
    ['tasks: { a: { input: 1 } }', '1:22 input is for functions: it needs module'],
    [
      'tasks: { a: { run: "{results.b}" }, b: x }',
      '1:10 {results.b}: "b" is not among the task\'s needs; the task has no needs',
    ],
    ['tasks: { a: !!js/function x }', '1:13 Unresolved tag: tag:yaml.org,2002:js/function'],
    [
      'tasks: { a: { run: x {results.b} } }',
      '1:22 Unexpected flow-map-start at node end; a text with {results.NAME} must stand in quotes here',
    ],
  ])('%s', (text, problem) => {
    expect(problemsOf(text)).toContain(problem);
  });

  test('all at once, in the order of the text', () => {
    const problems = problemsOf(`
concurency: 4
tasks:
  a: { run: echo a, needs: c }
  b: { run: echo b, needs: a }
  c: { run: echo c, needs: [b, nope] }
  c: { run: 'a|b' }
`);
    expect(problems).toEqual([
      '2:1 unknown key "concurency" in the plan; did you mean concurrency?',
      '4:28 tasks need each other: a → c → b → a',
      '6:28 "c" needs "nope", which is no task',
      '7:3 duplicate key "c": it stands in line 6 already',
      '7:13 The command holds `|`, which only a shell acts upon; use `shell: true`, or quote it to have it as text',
    ]);
  });

  test('a long cycle is cut in its middle', () => {
    const tasks = Array.from(
      { length: 30 },
      (_, at) => `t${at}: { run: x, needs: t${(at + 1) % 30} }`,
    );
    const [problem] = problemsOf(`tasks: {${tasks.join(',')}}`);
    expect(problem).toMatch(/^1:\d+ tasks need each other: t0 → t1 → .* → \(19 more\) → .* → t0$/);
  });

  test('several cycles are all told', () => {
    const text = 'tasks: { a: {needs: b}, b: {needs: a}, c: {needs: d}, d: {needs: c} }';
    expect(problemsOf(text)).toHaveLength(2);
  });
});
