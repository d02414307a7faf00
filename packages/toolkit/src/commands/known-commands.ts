import { splitWords } from './template/split-words.ts';

/** The time limit a known slow command gets when nobody says otherwise. */
export interface KnownTimeout {
  readonly timeoutMs: number;
  /** The command that was recognised, for instance `git push`. */
  readonly reason: string;
}

const TEST_MS = 60_000;
const INSTALL_MS = 120_000;

/** Commands by their first words; the longest entry that fits counts. */
const KNOWN: Readonly<Record<string, number>> = {
  'git push': 30_000,
  'git fetch': 60_000,
  'git pull': 60_000,
  'git clone': 300_000,
  'git submodule': 300_000,
  'npm test': TEST_MS,
  'npm t': TEST_MS,
  'npm run test': TEST_MS,
  'pnpm test': TEST_MS,
  'pnpm run test': TEST_MS,
  'yarn test': TEST_MS,
  'yarn run test': TEST_MS,
  'bun test': TEST_MS,
  'deno test': TEST_MS,
  'node --test': TEST_MS,
  'go test': TEST_MS,
  'cargo test': TEST_MS,
  'cargo nextest': TEST_MS,
  'dotnet test': TEST_MS,
  'mvn test': TEST_MS,
  'gradle test': TEST_MS,
  'make test': TEST_MS,
  'make check': TEST_MS,
  'python -m pytest': TEST_MS,
  'python3 -m pytest': TEST_MS,
  'python -m unittest': TEST_MS,
  'python3 -m unittest': TEST_MS,
  vitest: TEST_MS,
  jest: TEST_MS,
  mocha: TEST_MS,
  ava: TEST_MS,
  tap: TEST_MS,
  pytest: TEST_MS,
  tox: TEST_MS,
  rspec: TEST_MS,
  phpunit: TEST_MS,
  'npm ci': INSTALL_MS,
  'npm install': INSTALL_MS,
  'npm i': INSTALL_MS,
  'npm update': INSTALL_MS,
  'pnpm install': INSTALL_MS,
  'pnpm i': INSTALL_MS,
  'pnpm add': INSTALL_MS,
  'yarn install': INSTALL_MS,
  'yarn add': INSTALL_MS,
  'bun install': INSTALL_MS,
  'bun add': INSTALL_MS,
  'pip install': INSTALL_MS,
  'pip3 install': INSTALL_MS,
  'python -m pip install': INSTALL_MS,
  'python3 -m pip install': INSTALL_MS,
  'uv sync': INSTALL_MS,
  'uv pip install': INSTALL_MS,
  'poetry install': INSTALL_MS,
  'bundle install': INSTALL_MS,
  'gem install': INSTALL_MS,
  'composer install': INSTALL_MS,
  'apt-get install': INSTALL_MS,
  'apt install': INSTALL_MS,
  'brew install': INSTALL_MS,
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
export function knownTimeout(words: readonly string[]): KnownTimeout | undefined {
  const [program, ...rest] = withoutPrefixes(words);
  if (program === undefined) return undefined;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const own = [name, ...withoutOptions(rest, GLOBAL_OPTIONS[name] ?? [])];
  const asWritten = [name, ...rest];
  for (let length = LONGEST_ENTRY; length > 0; length--) {
    for (const candidate of [own, asWritten]) {
      const reason = candidate.slice(0, length).join(' ');
      if (candidate.length >= length && Object.hasOwn(KNOWN, reason)) {
        return { timeoutMs: KNOWN[reason] as number, reason };
      }
    }
  }
  return undefined;
}

/** The longest limit of the commands in a shell script, as far as they can be told apart. */
export function knownTimeoutInScript(script: string): KnownTimeout | undefined {
  const found = script
    .split(/[;&|()\n]+/)
    .map((command) => knownTimeout(roughWords(command)))
    .filter((known) => known !== undefined);
  return found.sort((a, b) => b.timeoutMs - a.timeoutMs)[0];
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
