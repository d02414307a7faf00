import { type CommandTimeouts, defaultSettings } from '../config/settings.ts';
import type { TimeLimit } from '../config/values/time-limit.ts';
import { splitWords } from './template/split-words.ts';

/** The time limit a known slow command gets when nobody says otherwise; null for none. */
export interface KnownTimeout {
  readonly timeoutMs: TimeLimit;
  /** The command that was recognised, for instance `git push`. */
  readonly reason: string;
}

const TEST = 'timeouts.test';
const INSTALL = 'timeouts.install';

/** Commands by their first words, with their limit or its setting; the longest entry that fits counts. */
const KNOWN: Readonly<Record<string, number | keyof CommandTimeouts>> = {
  'git push': 'timeouts.git push',
  'git fetch': 60_000,
  'git pull': 60_000,
  'git clone': 300_000,
  'git submodule': 300_000,
  'npm test': TEST,
  'npm t': TEST,
  'npm run test': TEST,
  'pnpm test': TEST,
  'pnpm run test': TEST,
  'yarn test': TEST,
  'yarn run test': TEST,
  'bun test': TEST,
  'deno test': TEST,
  'node --test': TEST,
  'go test': TEST,
  'cargo test': TEST,
  'cargo nextest': TEST,
  'dotnet test': TEST,
  'mvn test': TEST,
  'gradle test': TEST,
  'make test': TEST,
  'make check': TEST,
  'python -m pytest': TEST,
  'python3 -m pytest': TEST,
  'python -m unittest': TEST,
  'python3 -m unittest': TEST,
  vitest: TEST,
  jest: TEST,
  mocha: TEST,
  ava: TEST,
  tap: TEST,
  pytest: TEST,
  tox: TEST,
  rspec: TEST,
  phpunit: TEST,
  'npm ci': INSTALL,
  'npm install': INSTALL,
  'npm i': INSTALL,
  'npm update': INSTALL,
  'pnpm install': INSTALL,
  'pnpm i': INSTALL,
  'pnpm add': INSTALL,
  'yarn install': INSTALL,
  'yarn add': INSTALL,
  'bun install': INSTALL,
  'bun add': INSTALL,
  'pip install': INSTALL,
  'pip3 install': INSTALL,
  'python -m pip install': INSTALL,
  'python3 -m pip install': INSTALL,
  'uv sync': INSTALL,
  'uv pip install': INSTALL,
  'poetry install': INSTALL,
  'bundle install': INSTALL,
  'gem install': INSTALL,
  'composer install': INSTALL,
  'apt-get install': INSTALL,
  'apt install': INSTALL,
  'brew install': INSTALL,
  'cargo install': 600_000,
};

const LONGEST_ENTRY = Math.max(...Object.keys(KNOWN).map((entry) => entry.split(' ').length));

/** Programs that run what follows them, with the options of theirs that take a word of their own. */
const PREFIXES: Readonly<Record<string, readonly string[]>> = {
  env: ['-u', '-C', '-S'],
  sudo: ['-u', '-g', '-h', '-p', '-C'],
  doas: ['-u'],
  nice: ['-n'],
  ionice: ['-c', '-n'],
  nohup: [],
  time: ['-f', '-o'],
  stdbuf: ['-i', '-o', '-e'],
  npx: ['-p', '--package'],
  bunx: [],
  pnpx: [],
  exec: [],
  command: [],
};

/** Options that stand between a program's name and its subcommand and take a word of their own. */
const GLOBAL_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  git: ['-C', '-c', '--git-dir', '--work-tree'],
  npm: ['--prefix', '-C', '-w', '--workspace'],
  pnpm: ['-C', '--dir', '--filter', '-F'],
  yarn: ['--cwd'],
  make: ['-C', '-f', '-j'],
  go: ['-C'],
  uv: ['--directory'],
};

/** Looks a command up, through `env`, `sudo`, `npx` and the like; undefined when it is not a known slow one. */
export function knownTimeout(
  words: readonly string[],
  timeouts: CommandTimeouts = defaultSettings,
): KnownTimeout | undefined {
  const [program, ...rest] = withoutPrefixes(words);
  if (program === undefined) return undefined;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const own = [name, ...withoutOptions(rest, GLOBAL_OPTIONS[name] ?? [])];
  const asWritten = [name, ...rest];
  for (let length = LONGEST_ENTRY; length > 0; length--) {
    for (const candidate of [own, asWritten]) {
      const reason = candidate.slice(0, length).join(' ');
      if (candidate.length >= length && Object.hasOwn(KNOWN, reason)) {
        const limit = KNOWN[reason] as number | keyof CommandTimeouts;
        return { timeoutMs: typeof limit === 'number' ? limit : timeouts[limit], reason };
      }
    }
  }
  return undefined;
}

/** The longest limit of the commands in a shell script, as far as they can be told apart. */
export function knownTimeoutInScript(
  script: string,
  timeouts: CommandTimeouts = defaultSettings,
): KnownTimeout | undefined {
  const found = script
    .split(/[;&|()\n]+/)
    .map((command) => knownTimeout(roughWords(command), timeouts))
    .filter((known) => known !== undefined);
  const unlimited = found.find(({ timeoutMs }) => timeoutMs === null);
  return unlimited ?? found.sort((a, b) => (b.timeoutMs ?? 0) - (a.timeoutMs ?? 0))[0];
}

function roughWords(command: string): readonly string[] {
  try {
    return splitWords(command.trim());
  } catch {
    // Shell syntax within the words; their first ones are all that matters here.
    return command.trim().split(/\s+/);
  }
}

function withoutPrefixes(words: readonly string[]): readonly string[] {
  let rest = words;
  for (;;) {
    const [first = ''] = rest;
    const name = first.slice(first.lastIndexOf('/') + 1);
    if (/^[A-Za-z_]\w*=/.test(first)) rest = rest.slice(1);
    else if (name === 'timeout') rest = withoutOptions(rest.slice(1), ['-s', '-k']).slice(1);
    else if (Object.hasOwn(PREFIXES, name))
      rest = withoutOptions(rest.slice(1), PREFIXES[name] as readonly string[]);
    else return rest;
  }
}

/** Drops leading options; those in `taking` take the next word with them. */
function withoutOptions(words: readonly string[], taking: readonly string[]): readonly string[] {
  let at = 0;
  while (words[at]?.startsWith('-') === true) at += taking.includes(words[at] as string) ? 2 : 1;
  return words.slice(at);
}
