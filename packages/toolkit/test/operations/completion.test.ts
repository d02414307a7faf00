import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { completionScript } from '../../src/operations/completion/completion-script.ts';
import { globalOptions } from '../../src/operations/global-options.ts';
import { flagName } from '../../src/operations/option.ts';
import { operations } from '../../src/operations/registry.ts';
import { atonce } from '../faces/cli/start-command.ts';
import { temporaryFolder } from '../faces/cli/temporary-folder.ts';
import { noTmux, openTerminal } from '../faces/cli/tmux.ts';

const isInstalled = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

/** A folder with two files and a folder, in which shells complete. */
function folderToComplete(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'alpha.txt'), '');
  writeFileSync(join(folder, 'beta.txt'), '');
  mkdirSync(join(folder, 'gamma'));
  return folder;
}

test.each(['bash', 'zsh', 'fish'])('the command prints the script for %s', async (shell) => {
  const { code, stdout, stderr } = await atonce(['completion', shell]);
  expect(stdout).toBe(await completionScript(shell));
  expect([code, stderr]).toEqual([0, '']);
});

test.each(['bash', 'zsh', 'fish'])(
  'the script for %s knows every verb and option',
  async (shell) => {
    const script = await completionScript(shell);
    const names = operations.flatMap(({ name, options }) => [name, ...Object.keys(options)]);
    for (const name of [...names, ...Object.keys(globalOptions)]) {
      expect(script).toContain(flagName(name));
    }
  },
);

test.each(['bash', 'zsh', 'fish'].filter(isInstalled))(
  '%s takes the script without complaint',
  async (shell) => {
    const file = join(temporaryFolder(), 'script');
    writeFileSync(file, await completionScript(shell));
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  },
);

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['', ['run', 'doctor', 'completion']],
  ['d', ['doctor']],
  ['-C /tmp ru', ['run']],
  ['run --jou', ['--journal']],
  ['run --output ', ['group', 'line', 'raw']],
  ['run --output l', ['line']],
  ['run -j ', ['auto', 'adaptive']],
  ['run --on t', ['threads']],
  ['run --journal a', ['alpha.txt']],
  ['run --results ', ['gamma']],
  ['run -C ', ['gamma']],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['completion f', ['fish']],
  ['doctor --js', ['--json']],
  ['run echo be', ['beta.txt']],
  ['run echo ::: be', ['beta.txt']],
  ['run echo :::: al', ['alpha.txt']],
];

describe.skipIf(!isInstalled('bash'))('in bash', () => {
  /** Lets bash itself cut the line and call the function, as the Tab key does. */
  function complete(line: string): string[] {
    const script = `
      ${execFileSync(process.execPath, ['--input-type=module', '-e', bashPrinter], { encoding: 'utf8' })}
      cut() { local IFS=$' \\t\\n'; COMP_WORDS=($1); }
      line=${JSON.stringify(`atonce ${line}`)}
      cut "$line"
      [[ $line == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMP_LINE=$line; COMP_POINT=\${#line}
      _atonce atonce "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const text = execFileSync('bash', ['--norc', '-c', script], {
      cwd: folderToComplete(),
      encoding: 'utf8',
    });
    return text.trim().split('\n');
  }
  const url = new URL('../../dist/operations/completion/completion-script.js', import.meta.url);
  const bashPrinter = `
    const { completionScript } = await import(${JSON.stringify(url.href)});
    process.stdout.write(await completionScript('bash'));`;

  test.each(cases)('`atonce %s` is completed to %j', (line, expected) => {
    const offered = complete(line);
    if (line === '') expect(offered).toEqual(expect.arrayContaining([...expected]));
    else expect(offered.toSorted()).toEqual(expected.toSorted());
  });

  test('the first word of a command is completed to programs', () => {
    expect(complete('run gzi')).toContain('gzip');
  });
});

describe.skipIf(noTmux !== undefined)('at the keyboard', () => {
  const shells = [
    ['bash', 'bash --norc -i', 'source ./script'],
    ['zsh', 'zsh -f -i', 'autoload -U compinit; compinit -u -D; source ./script'],
  ] as const;

  test.each(shells.filter(([shell]) => isInstalled(shell)))(
    '%s completes verbs, options, values and items when Tab is pressed',
    async (shell, command, load) => {
      const folder = folderToComplete();
      writeFileSync(join(folder, 'script'), await completionScript(shell));
      const terminal = openTerminal(`cd ${folder}; PS1='> ' ${command}`);
      await terminal.waitFor(/^>\s*$/m);
      terminal.type(`${load}; clear`);
      terminal.press('Enter');
      await terminal.waitFor(/^>\s*$/);
      for (const [typed, shown] of [
        ['atonce doc', 'atonce doctor'],
        ['atonce run --jou', 'atonce run --journal'],
        ['atonce run --output l', 'atonce run --output line'],
        ['atonce run --output=l', 'atonce run --output=line'],
        ['atonce run -j4 echo ::: be', 'atonce run -j4 echo ::: beta.txt'],
      ] as const) {
        terminal.type(typed);
        terminal.press('Tab');
        await terminal.waitFor(new RegExp(`${shown}[=\\s]*$`));
        terminal.press('C-c');
        await terminal.waitFor(/\n>\s*$/);
      }
    },
  );
});

describe.skipIf(!isInstalled('fish'))('in fish', () => {
  test.each(cases.filter(([line]) => line !== 'run -C '))(
    '`atonce %s` is completed to %j',
    async (line, expected) => {
      const folder = folderToComplete();
      writeFileSync(join(folder, 'script.fish'), await completionScript('fish'));
      const script = `source script.fish; rm script.fish; complete -C ${JSON.stringify(`atonce ${line}`)}`;
      const home = temporaryFolder();
      const text = execFileSync('fish', ['--no-config', '-c', script], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: home, LANG: 'C.UTF-8' },
      });
      const offered = text
        .trim()
        .split('\n')
        .map((one) => one.split('\t')[0]?.replace(/\/$/, ''));
      expect(offered).toEqual(expect.arrayContaining([...expected]));
      if (line.endsWith('l') || line.endsWith('ru')) expect(offered).toHaveLength(expected.length);
    },
  );
});
