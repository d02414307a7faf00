import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configSchema } from '../../src/config/json-schema.ts';
import { settingNames } from '../../src/config/settings.ts';
import { atonce, bin, type Ended } from '../faces/cli/start-command.ts';
import { temporaryFolder } from '../faces/cli/temporary-folder.ts';

/** A user with a home and a project in it. */
interface Place {
  readonly home: string;
  readonly project: string;
  /** Runs `atonce` in the project. */
  readonly run: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ended>;
  readonly write: (text: string) => void;
  readonly read: () => string;
  readonly writeUser: (text: string) => void;
}

function place(): Place {
  const home = realpathSync(temporaryFolder());
  const project = join(home, 'project');
  const file = join(project, 'atonce.config.yaml');
  const userFolder = join(home, '.config/atonce');
  mkdirSync(join(project, '.git'), { recursive: true });
  mkdirSync(userFolder, { recursive: true });
  return {
    home,
    project,
    run: (args, env = {}) => atonce(args, { cwd: project, env: { HOME: home, ...env } }),
    write: (text) => writeFileSync(file, text),
    read: () => readFileSync(file, 'utf8'),
    writeUser: (text) => writeFileSync(join(userFolder, 'config.yaml'), text),
  };
}

const concurrencyOf = (text: string): string => `parallel:\n  concurrency: ${text}\n`;

test('list shows every setting, one in a line, and nothing on standard error', async () => {
  const { run } = place();
  const { code, stdout, stderr } = await run(['config', 'list']);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual(settingNames);
  expect(stdout).toMatch(/^timeouts\.git push {2,}30s$/m);
  expect([code, stderr]).toEqual([0, '']);
  expect((await run(['config'])).stdout).toBe(stdout);
});

test('each source wins over the next, and --show-origin says which one did', async () => {
  const { run, write, writeUser } = place();
  const get = async (env = {}): Promise<string> =>
    (await run(['config', 'get', 'parallel.concurrency', '--show-origin'], env)).stdout;
  expect(await get()).toBe('auto  default\n');
  writeUser(`# mine\n${concurrencyOf('2')}`);
  expect(await get()).toMatch(/^2 {2}\/.*\/\.config\/atonce\/config\.yaml:3:16\n$/);
  write(concurrencyOf('3'));
  expect(await get()).toBe('3  atonce.config.yaml:2:16\n');
  expect(await get({ ATONCE_PARALLEL_CONCURRENCY: '4' })).toBe('4  ATONCE_PARALLEL_CONCURRENCY\n');
});

test('a source that says nothing of a setting leaves it to the next', async () => {
  const { run, write, writeUser } = place();
  writeUser('cache:\n  store: files\n  ttlSeconds: 5\n');
  write('cache:\n  store: memory\n');
  const { stdout } = await run(['config', 'list', '--show-origin']);
  expect(stdout).toMatch(/^cache\.store +memory +atonce\.config\.yaml:2:10$/m);
  expect(stdout).toMatch(/^cache\.ttlSeconds +5 +\/.*config\.yaml:3:15$/m);
});

test('--config and ATONCE_CONFIG name a file that takes the place of the project file', async () => {
  const { run, write, project } = place();
  write(concurrencyOf('3'));
  writeFileSync(join(project, 'other.yaml'), 'parallel:\n  enabled: false\n');
  const get = ['config', 'get', 'parallel.concurrency'];
  expect((await run(['--config', 'other.yaml', ...get])).stdout).toBe('auto\n');
  expect((await run([...get, '--config=other.yaml'])).stdout).toBe('auto\n');
  expect((await run(get, { ATONCE_CONFIG: 'other.yaml' })).stdout).toBe('auto\n');
  const own = await run([...get, '--config', 'atonce.config.yaml'], {
    ATONCE_CONFIG: 'other.yaml',
  });
  expect(own.stdout).toBe('3\n');
  expect((await run([...get, '--config', '/dev/null'])).stdout).toBe('auto\n');
  const missing = await run([...get, '--config', 'no-such.yaml']);
  expect(missing).toEqual({
    code: 2,
    stdout: '',
    stderr: 'atonce: no-such.yaml: cannot be read: ENOENT\n',
  });
});

test('-C decides where the project is and what --config is relative to', async () => {
  const { run, project, home } = place();
  mkdirSync(join(home, 'other'));
  writeFileSync(join(home, 'other/atonce.config.yaml'), concurrencyOf('7'));
  const get = ['config', 'get', 'parallel.concurrency'];
  expect((await run(['-C', '../other', ...get])).stdout).toBe('7\n');
  writeFileSync(join(project, 'c.yaml'), concurrencyOf('6'));
  expect((await run(['-C', '..', ...get, '--config', 'project/c.yaml'])).stdout).toBe('6\n');
});

test('with --json the answers are documents', async () => {
  const { run, write, project } = place();
  write(concurrencyOf('50%'));
  const dataOf = async (...args: string[]): Promise<unknown> => {
    const { stdout } = await run(['config', ...args, '--json']);
    const document = JSON.parse(stdout) as { data: unknown };
    expect(document).toMatchObject({ schemaVersion: 1, command: 'config', ok: true, exitCode: 0 });
    return document.data;
  };
  const file = join(project, 'atonce.config.yaml');
  const setting = {
    name: 'parallel.concurrency',
    value: '50%',
    origin: { kind: 'project', file, line: 2, column: 16 },
  };
  expect(await dataOf('get', 'parallel.concurrency')).toEqual(setting);
  const { settings } = (await dataOf('list')) as { settings: unknown[] };
  expect(settings).toHaveLength(settingNames.length);
  expect(settings).toContainEqual(setting);
  expect(settings).toContainEqual({
    name: 'parallel.enabled',
    value: true,
    origin: { kind: 'default' },
  });
  expect(await dataOf('schema')).toEqual(configSchema());
  expect(await dataOf('set', 'cache.ttlSeconds', '5')).toEqual({
    name: 'cache.ttlSeconds',
    value: 5,
    file,
  });
  expect(await dataOf('validate')).toEqual({
    files: [{ file, kind: 'project', settings: 2 }],
    environment: [],
    problems: [],
  });
});

test('set changes one line, keeps all others, and says what it did', async () => {
  const { run, write, read } = place();
  write('# Ours.\nparallel:\n    concurrency:   3   # few\n\ncache:   {enabled: true}\n');
  const { code, stdout, stderr } = await run(['config', 'set', 'parallel.concurrency', '8']);
  expect(read()).toBe(
    '# Ours.\nparallel:\n    concurrency:   8   # few\n\ncache:   {enabled: true}\n',
  );
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toBe('atonce: parallel.concurrency is 8 in atonce.config.yaml\n');
});

test('set makes a file in the working directory when the project has none', async () => {
  const { run, read } = place();
  await run(['config', 'set', 'timeouts.git push', '90s']);
  expect(read()).toBe('timeouts:\n  git push: 90s\n');
});

test('set changes the file of the project from a folder below it', async () => {
  const { project, home, write, read } = place();
  write('cache:\n  store: memory\n');
  const below = join(project, 'a/b');
  mkdirSync(below, { recursive: true });
  await atonce(['config', 'set', 'cache.store', 'files'], { cwd: below, env: { HOME: home } });
  expect(read()).toBe('cache:\n  store: files\n');
});

test("set --user changes the user's file, and makes its folder", async () => {
  const { run, home, project } = place();
  const env = { XDG_CONFIG_HOME: join(home, 'xdg') };
  const { code } = await run(['config', 'set', '--user', 'cache.store', 'files'], env);
  expect(code).toBe(0);
  expect(readFileSync(join(home, 'xdg/atonce/config.yaml'), 'utf8')).toBe(
    'cache:\n  store: files\n',
  );
  expect(existsSync(join(project, 'atonce.config.yaml'))).toBe(false);
});

test('set says when another source wins over what was set', async () => {
  const { run, write } = place();
  write('cache:\n  store: memory\n');
  const user = await run(['config', 'set', '--user', 'cache.store', 'files']);
  expect(user.stderr).toContain('it does not hold here: atonce.config.yaml:2:10 says memory');
  const env = { ATONCE_CACHE_STORE: 'memory' };
  const project = await run(['config', 'set', 'cache.store', 'files'], env);
  expect(project.stderr).toContain('it does not hold here: ATONCE_CACHE_STORE says memory');
  expect((await run(['config', 'set', 'cache.store', 'files'])).stderr).not.toContain('hold');
});

test('set follows a link, keeps permissions and leaves nothing else behind', async () => {
  const { run, home, project } = place();
  const real = join(home, 'real.yaml');
  writeFileSync(real, 'cache:\n  store: memory\n');
  chmodSync(real, 0o640);
  symlinkSync(real, join(project, 'atonce.config.yaml'));
  await run(['config', 'set', 'cache.store', 'files']);
  expect(readFileSync(real, 'utf8')).toBe('cache:\n  store: files\n');
});

test('many that set at the same time lose nothing', async () => {
  const { run, read } = place();
  const sets = ['io', 'cpu', 'api', 'db'].map((pool, at) => [
    `parallel.pools.${pool}`,
    `${at + 2}`,
  ]);
  const ended = await Promise.all(sets.map((words) => run(['config', 'set', ...words])));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  for (const [name = '', value] of sets) {
    expect(read()).toContain(`${name.split('.')[2] ?? ''}: ${value ?? ''}\n`);
  }
});

test('a byte order mark and line ends of Windows stay', async () => {
  const { run, write, read } = place();
  write('\ufeffcache:\r\n  store: memory\r\n');
  expect((await run(['config', 'get', 'cache.store', '--show-origin'])).stdout).toContain(':2:10');
  await run(['config', 'set', 'cache.enabled', 'no']);
  expect(read()).toBe('\ufeffcache:\r\n  store: memory\r\n  enabled: false\r\n');
});

test('validate tells everything that is wrong in all sources, and the exit code is that of wrong use', async () => {
  const { run, write, writeUser } = place();
  writeUser('cach:\n  store: files\n');
  write('parallel:\n  enabled: yes\n  pools: 4\n');
  const env = { ATONCE_CACHE_STORE: 'disk' };
  const { code, stdout, stderr } = await run(['config', 'validate'], env);
  expect(code).toBe(2);
  expect(stdout).toMatch(
    /^environment: 1 problem\natonce\.config\.yaml: 2 problems\n\/.*config\.yaml: 1 problem\n$/,
  );
  expect(stderr.trimEnd().split('\n')).toEqual([
    'atonce: error: ATONCE_CACHE_STORE: cache.store must be one of memory, files, got "disk"',
    'atonce: error: atonce.config.yaml:2:12: parallel.enabled must be true or false, got "yes"',
    'atonce: error: atonce.config.yaml:3:10: parallel.pools must be a mapping of settings, got 4',
    expect.stringMatching(/config\.yaml:1:1: unknown setting cach; did you mean cache\?$/),
  ]);
  const { stdout: json } = await run(['config', 'validate', '--json'], env);
  expect(JSON.parse(json)).toMatchObject({
    ok: false,
    exitCode: 2,
    data: {
      problems: [
        { source: 'ATONCE_CACHE_STORE', line: null, column: null, setting: 'cache.store' },
        { source: 'atonce.config.yaml', line: 2, column: 12, setting: 'parallel.enabled' },
        { source: 'atonce.config.yaml', line: 3, column: 10, setting: null },
        { line: 1, column: 1, setting: null },
      ],
    },
  });
});

test('validate looks at one file when it is named', async () => {
  const { run, write, project } = place();
  write('not: a setting\n');
  writeFileSync(join(project, 'good.yaml'), 'timeouts:\n  test: 2m\n');
  const good = await run(['config', 'validate', 'good.yaml'], { ATONCE_CACHE_STORE: 'disk' });
  expect(good).toEqual({ code: 0, stdout: 'good.yaml: 1 setting\n', stderr: '' });
  expect((await run(['config', 'validate', 'no-such.yaml'])).stderr).toContain('ENOENT');
});

test('validate without anything set says so', async () => {
  const { run } = place();
  const { code, stdout } = await run(['config', 'validate']);
  expect([code, stdout]).toEqual([0, 'nothing is set: all settings are at their defaults\n']);
});

test.each([
  ['more than a mebibyte', Buffer.alloc(1024 * 1024 + 1, '#'), 'is larger than 1 MiB'],
  ['text that is not UTF-8', Buffer.from([0xff, 0xfe, 0x61, 0]), 'is not UTF-8 text'],
])('a file of %s is refused', async (_what, bytes, message) => {
  const { run, project } = place();
  writeFileSync(join(project, 'atonce.config.yaml'), bytes);
  for (const args of [
    ['config', 'list'],
    ['run', 'echo', ':::', 'a'],
    ['config', 'set', 'cache.store', 'files'],
  ]) {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout, stderr]).toEqual([2, '', `atonce: atonce.config.yaml: ${message}\n`]);
  }
});

test('a folder, an endless device and a pipe as the file are no trouble', async () => {
  const { run, project } = place();
  const get = ['config', 'get', 'cache.store'];
  mkdirSync(join(project, 'atonce.config.yaml'));
  expect((await run(get)).stderr).toBe('atonce: atonce.config.yaml: cannot be read: EISDIR\n');
  expect((await run(['--config', '/dev/zero', ...get])).stderr).toContain('larger than 1 MiB');
  const script = `echo 'cache: {store: files}' | "$0" "$1" --config /dev/stdin config get cache.store`;
  const piped = execFileSync('/bin/sh', ['-c', script, process.execPath, bin], {
    encoding: 'utf8',
  });
  expect(piped).toBe('files\n');
});

test('init writes a file that explains every setting and sets none', async () => {
  const { run, read } = place();
  const { code, stdout, stderr } = await run(['config', 'init']);
  expect([code, stdout, stderr]).toEqual([0, '', 'atonce: wrote atonce.config.yaml\n']);
  expect(read()).toContain('# yaml-language-server: $schema=');
  expect((await run(['config', 'validate'])).stdout).toBe('atonce.config.yaml: 0 settings\n');
  const again = await run(['config', 'init']);
  expect([again.code, again.stderr]).toEqual([
    2,
    'atonce: atonce.config.yaml is there already and was left as it is\n',
  ]);
});

test('init says when its file hides another', async () => {
  const { project, home, write } = place();
  write('');
  const below = join(project, 'a');
  mkdirSync(below);
  const { stderr } = await atonce(['config', 'init'], { cwd: below, env: { HOME: home } });
  expect(stderr).toMatch(/warning: \/.*\/atonce\.config\.yaml is not read here any more/);
});

test('schema prints the JSON Schema', async () => {
  const { run } = place();
  const { code, stdout } = await run(['config', 'schema']);
  expect([code, JSON.parse(stdout)]).toEqual([0, configSchema()]);
});

test.each([
  [
    ['lst'],
    'ACTION must be one of list, get, set, validate, schema, init, got "lst"; did you mean list?',
  ],
  [['list', 'x'], 'atonce config list takes no "x"'],
  [['get'], 'atonce config get needs KEY; atonce config list shows all keys'],
  [
    ['get', 'parallel.concurency'],
    'unknown setting "parallel.concurency"; did you mean parallel.concurrency?',
  ],
  [['get', 'concurrency'], 'did you mean parallel.concurrency?'],
  [['get', 'timeouts'], 'timeouts is a group of settings: timeouts.default, timeouts.git push'],
  [['get', '__proto__'], 'unknown setting "__proto__"'],
  [['set', 'cache.store'], 'atonce config set needs KEY and VALUE'],
  [['set', 'cache.store', 'redis'], 'cache.store must be one of memory, files, got "redis"'],
  [['set', 'parallel.concurrency', '0'], 'got "0"'],
  [['set', 'cache.store', 'files', 'more'], 'atonce config takes no "more"'],
  [['list', '--user'], 'atonce config list takes no --user'],
  [['set', 'cache.store', 'files', '--show-origin'], 'atonce config set takes no --show-origin'],
  [['list', '--show-orgin'], 'did you mean --show-origin?'],
])('config %j is refused', async (args, message) => {
  const { run, project } = place();
  const { code, stdout, stderr } = await run(['config', ...args]);
  expect(stderr).toContain(message);
  expect([code, stdout]).toEqual([2, '']);
  expect(existsSync(join(project, 'atonce.config.yaml'))).toBe(false);
});

test('list says when variables of options win over settings', async () => {
  const { run } = place();
  const { stderr } = await run(['config', 'list'], { ATONCE_JOBS: '3' });
  expect(stderr).toBe('atonce: ATONCE_JOBS is set: it wins over parallel.concurrency\n');
});

test.each([
  ['in a folder that is not there', '/no/such/folder/c.yaml', 'ENOENT'],
  ['that is a folder', '/', 'EISDIR'],
  ['that is a device', '/dev/null', 'is not a regular file'],
])('a file %s cannot be changed', async (_what, path, message) => {
  const { run } = place();
  const { code, stdout, stderr } = await run([
    '--config',
    path,
    'config',
    'set',
    'cache.store',
    'files',
  ]);
  expect(stderr).toContain(message);
  expect([code, stdout]).toEqual([2, '']);
});

interface Plan {
  readonly data: {
    readonly concurrency: number;
    readonly commands: readonly { readonly timeoutMs: number | null }[];
  };
}

async function planOf(
  { run }: Place,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Plan['data']> {
  const { stdout } = await run(['run', '--dry-run', '--json', ...args], env);
  return (JSON.parse(stdout) as Plan).data;
}

test('a setting that no verb reads is told as such wherever somebody sets it', async () => {
  const { run, write } = place();
  const text = 'no verb of atonce reads cache.store yet; it is for programs that load the settings';
  const told = `atonce: warning: atonce.config.yaml:1:16: ${text}\n`;
  write('cache: {store: files}\nparallel: {adaptive: true}\n');
  const valid = await run(['config', 'validate']);
  expect([valid.code, valid.stderr]).toEqual([0, told]);
  expect((await run(['config', 'list'])).stderr).toBe(told);
  expect((await run(['config', 'set', 'cache.store', 'memory'])).stderr).toContain(
    `atonce: warning: ${text}\n`,
  );
  const env = { ATONCE_CACHE_STORE: 'files' };
  expect((await run(['config', 'validate'], env)).stderr).toContain(`ATONCE_CACHE_STORE: ${text}`);
  write('parallel: {adaptive: true}\n');
  expect((await run(['config', 'validate'])).stderr).toBe('');
});

test('run takes its number of jobs from the settings unless it is told', async () => {
  const here = place();
  const jobs = async (args: readonly string[], env = {}): Promise<number> =>
    (await planOf(here, [...args, 'echo {}', ':::', 'a'], env)).concurrency;
  here.write(concurrencyOf('7'));
  expect(await jobs([])).toBe(7);
  expect(await jobs([], { ATONCE_PARALLEL_CONCURRENCY: '6' })).toBe(6);
  expect(await jobs([], { ATONCE_PARALLEL_CONCURRENCY: '6', ATONCE_JOBS: '5' })).toBe(5);
  expect(await jobs(['-j', '4'], { ATONCE_JOBS: '5' })).toBe(4);
  here.write('parallel:\n  enabled: false\n  concurrency: 7\n');
  expect(await jobs([])).toBe(1);
  expect(await jobs(['-j', '4'])).toBe(4);
});

test('--jobs auto means the cores, whatever the settings say', async () => {
  const here = place();
  const args = ['-j', 'auto', 'echo {}', ':::', 'a'];
  const { concurrency } = await planOf(here, args);
  here.write(concurrencyOf('99999'));
  expect((await planOf(here, args)).concurrency).toBe(concurrency);
});

test('run takes the limits of commands from the settings unless it is told', async () => {
  const here = place();
  const limit = async (script: string, ...args: string[]): Promise<number | null | undefined> =>
    (await planOf(here, [...args, script, ':::', 'a'])).commands[0]?.timeoutMs;
  const all = async (...args: string[]): Promise<unknown[]> => [
    await limit('git push {}', ...args),
    await limit('npm test {}', ...args),
    await limit('npm ci {}', ...args),
    await limit('git clone {}', ...args),
    await limit('ls {}', ...args),
  ];
  expect(await all()).toEqual([30_000, 60_000, 120_000, 300_000, null]);
  here.write('timeouts:\n  default: 5s\n  git push: 1m\n  test: none\n  install: 2h\n');
  expect(await all()).toEqual([60_000, null, 7_200_000, 300_000, 5_000]);
  expect(await all('--shell')).toEqual([60_000, null, 7_200_000, 300_000, 5_000]);
  expect(await all('--timeout', '3s')).toEqual([3000, 3000, 3000, 3000, 3000]);
  expect(await all('--timeout', 'none')).toEqual([null, null, null, null, null]);
  expect(await limit('npm test && git push {}', '--shell')).toBeNull();
});

test('a limit of the settings stops a job and a module function', async () => {
  const { run, write, project } = place();
  write('timeouts:\n  default: 200ms\n');
  const command = await run(['run', 'sleep', ':::', '20']);
  expect([command.code, command.stderr]).toEqual([124, expect.stringContaining('timeout')]);
  writeFileSync(
    join(project, 'wait.mjs'),
    'export const wait = () => new Promise((resolve) => setTimeout(resolve, 20_000));\n',
  );
  const module = await run(['run', '--module', './wait.mjs#wait', '--on', 'loop', ':::', '1']);
  expect([module.code, module.stderr]).toEqual([124, expect.stringContaining('timeout')]);
});

test('run refuses a configuration that is wrong, before anything runs', async () => {
  const { run, write } = place();
  write('parallel:\n  concurency: 8\n  enabled: maybe\n');
  const { code, stdout, stderr } = await run(['run', 'echo', ':::', 'a']);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toBe(
    [
      'atonce: the configuration has 2 problems:',
      '  atonce.config.yaml:2:3: unknown setting parallel.concurency; did you mean parallel.concurrency?',
      '  atonce.config.yaml:3:12: parallel.enabled must be true or false, got "maybe"',
      '',
    ].join('\n'),
  );
});

test('verbs that need no settings do not read them', async () => {
  const { run, write } = place();
  write('nonsense: 1\n');
  expect((await run(['completion', 'bash'])).code).toBe(0);
  expect((await run(['doctor'])).stderr).not.toContain('nonsense');
});
