import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bin } from '../start-command.ts';
import { noTmux, openTerminal } from '../tmux.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A script whose jobs wait until a file is there, so that the screen stands still. */
function gate(): { file: string; open: () => void; job: string } {
  const file = join(temporaryFolder(), 'go');
  const job = `while ! test -e ${file}; do sleep 0.05; done`;
  return { file, job, open: () => writeFileSync(file, '') };
}

describe.skipIf(noTmux !== undefined)(
  `in a terminal${noTmux === undefined ? '' : `: ${noTmux}`}`,
  () => {
    test('a bar, counts and a line for each running job; then the summary, and the cursor is back', async () => {
      const { job, open } = gate();
      const terminal = openTerminal(
        `atonce run -j3 --shell 'test {} -lt 3 || { ${job}; }' ::: 1 2 3 4 5`,
      );
      await terminal.waitFor(/2\/5/);
      await terminal.waitFor(/^3 +\d.*s {2}test [345] -lt 3/m);
      expect(terminal.screen).toMatch(/^█{12}░{18} {2}2\/5 /m);
      expect(terminal.screen).toMatch(/^1 +[\d.]+s {2}test \d -lt 3/m);
      expect(terminal.cursorVisible).toBe(false);
      open();
      await terminal.waitFor(/code=0/);
      expect(terminal.screen).toMatch(/^atonce: 5 done\njobs' own time .* m?s: [\d.]+x\n/);
      expect(terminal.screen).not.toContain('█');
      expect(terminal.cursorVisible).toBe(true);
    });

    test.each([
      [40, 10],
      [20, 5],
    ])('%d columns and %d lines show counts only', async (columns, rows) => {
      const { job } = gate();
      const script = `atonce run -j3 --shell 'test {} -lt 3 || { ${job}; }' ::: 1 2 3 4 5`;
      const terminal = openTerminal(script, { columns, rows });
      await terminal.waitFor(/^2\/5$/m);
      expect(terminal.screen).toBe('2/5');
    });

    test('41 columns show the jobs too, and no line is wrapped', async () => {
      const { job } = gate();
      const script = `atonce run -j2 --shell '${job} # a long comment {}' ::: 1 2 3`;
      const terminal = openTerminal(script, { columns: 41 });
      await terminal.waitFor(/^2 .*…/m);
      const lines = terminal.screen.split('\n');
      expect(lines).toHaveLength(3);
      expect(lines[0]).toMatch(/0\/3/);
    });

    test('wide characters are counted as wide and cut between characters', async () => {
      const { job } = gate();
      const name = '日本語のとても長いファイル名'.repeat(3);
      const script = `atonce run -j1 --shell '${job}; : {}' ::: '${name}'`;
      const terminal = openTerminal(script, { columns: 60 });
      await terminal.waitFor(/ファイル名/);
      const lines = terminal.screen.split('\n');
      expect(lines).toHaveLength(2);
      expect(lines[1]).toMatch(/^1 +[\d.]+s {2}while .*….*ファイル名'?$/);
    });

    test('output of jobs is never torn, whole lines above the region', async () => {
      const { job, open } = gate();
      const script = `atonce run -j4 --output line --shell 'for i in 1 2 3 4 5 6 7 8 9; do echo "{}-$i-out"; echo "{}-$i-err" >&2; sleep 0.03; done; ${job}' ::: a b c d`;
      const terminal = openTerminal(script, { rows: 40 });
      await terminal.waitFor(/░/);
      open();
      await terminal.waitFor(/code=0/);
      const lines = terminal.history.split('\n').filter((line) => /-(out|err)$/.test(line));
      expect(lines).toHaveLength(4 * 9 * 2);
      expect(lines.filter((line) => !/^[a-d]-[1-9]-(out|err)$/.test(line))).toEqual([]);
    });

    test('raw output that has not ended its line is continued where it stopped', async () => {
      const { job, open } = gate();
      const script = `atonce run -j1 --output raw --shell 'printf "half {} "; ${job}; echo whole' ::: a`;
      const terminal = openTerminal(script);
      await terminal.waitFor(/^half a\n░/m);
      open();
      await terminal.waitFor(/code=0/);
      expect(terminal.screen).toMatch(/^half a whole\natonce: 1 done/);
    });

    test('a line that was left unfinished does not swallow the summary', async () => {
      const terminal = openTerminal(`atonce run 'printf %s' ::: abc`);
      await terminal.waitFor(/code=0/);
      expect(terminal.screen).toMatch(/^abc\natonce: 1 done/);
    });

    test('failures stay on the screen', async () => {
      const { job } = gate();
      const script = `atonce run -j2 --shell 'test {} = 1 && exit 9; ${job}' ::: 1 2`;
      const terminal = openTerminal(script);
      await terminal.waitFor(/1 failed/);
      expect(terminal.screen).toMatch(/^atonce: job 1: exit 9 after .*: test 1 = 1 && exit 9/m);
      expect(terminal.history).toContain('\u001b[31m');
    });

    test('Ctrl-C says that it stops and gives the cursor back', async () => {
      const terminal = openTerminal(`atonce run -j2 'sleep' ::: 61 62`);
      await terminal.waitFor(/0\/2/);
      terminal.press('C-c');
      await terminal.waitFor(/code=130/);
      expect(terminal.screen).toMatch(/^atonce: 0 done, 2 cancelled\nstopped before the end\n/);
      expect(terminal.cursorVisible).toBe(true);
    });

    test('Ctrl-C twice kills jobs that do not want to end', async () => {
      const terminal = openTerminal(
        `atonce run -j1 --grace 1h --shell 'trap "" TERM; sleep 61; sleep 62 # {}' ::: a`,
      );
      await terminal.waitFor(/sleep 62/);
      terminal.press('C-c');
      await terminal.waitFor(/stopping 1, again to kill/);
      terminal.press('C-c');
      await terminal.waitFor(/code=130/);
      expect(terminal.cursorVisible).toBe(true);
    });

    test('after a crash the cursor is back and the region gone', async () => {
      const { file, open } = gate();
      const watch = `if(process.getBuiltinModule("fs").existsSync("${file}"))throw(Error("planted"))`;
      const script = `
      atonce() { '${process.execPath}' --import 'data:text/javascript,setInterval(()=>{${watch}},50)' '${bin}' "$@"; }
      atonce run -j1 sleep ::: 63`;
      const terminal = openTerminal(script);
      await terminal.waitFor(/0\/1/);
      expect(terminal.cursorVisible).toBe(false);
      open();
      await terminal.waitFor(/code=125/);
      expect(terminal.screen).toMatch(/^atonce: internal error: planted/);
      expect(terminal.screen).not.toContain('░');
      expect(terminal.cursorVisible).toBe(true);
    });

    test('Ctrl-Z gives the terminal back, and fg brings the region again', async () => {
      const { job, open } = gate();
      const script = `set -m\natonce run -j1 --shell '${job} # {}' ::: a\necho "stopped=$?"; sleep 1; fg`;
      const terminal = openTerminal(script);
      await terminal.waitFor(/0\/1/);
      terminal.press('C-z');
      await terminal.waitFor(/stopped=/);
      expect(terminal.cursorVisible).toBe(true);
      await terminal.waitFor(/stopped=[\s\S]*0\/1/);
      open();
      await terminal.waitFor(/1 done/);
      expect(terminal.cursorVisible).toBe(true);
    });

    test('a terminal that is resized is drawn anew without leftovers', async () => {
      const { job, open } = gate();
      const script = `wait_here() { ${job}; }; export -f wait_here; atonce run -j2 -- bash -c wait_here {} ::: a b`;
      const terminal = openTerminal(script);
      await terminal.waitFor(/^2 /m);
      terminal.resize(120, 30);
      await terminal.waitFor(/0\/2/);
      terminal.resize(70, 20);
      await terminal.waitFor(/^2 /m);
      open();
      await terminal.waitFor(/code=0/);
      expect(terminal.screen).not.toContain('░');
    });

    test.each([
      ['CI', { CI: 'true' }],
      ['a dumb terminal', { TERM: 'dumb' }],
      ['--progress plain', { ATONCE_PROGRESS: 'plain' }],
    ])('under %s there are plain lines and the cursor stays', async (_what, env) => {
      const { job, open } = gate();
      const script = `atonce run -j2 --shell 'test {} = 1 && exit 9; ${job}' ::: 1 2`;
      const terminal = openTerminal(script, { env });
      await terminal.waitFor(/job 1: exit 9/);
      expect(terminal.cursorVisible).toBe(true);
      expect(terminal.screen).not.toMatch(/[█░]/);
      open();
      await terminal.waitFor(/code=1/);
    });

    test('NO_COLOR draws the same without colours', async () => {
      const { job } = gate();
      const script = `atonce run -j2 --shell 'test {} = 1 && exit 9; ${job}' ::: 1 2`;
      const terminal = openTerminal(script, { env: { NO_COLOR: '1' } });
      await terminal.waitFor(/░/);
      expect(terminal.history).not.toContain('\u001b[');
    });

    test('without Unicode the bar is ASCII', async () => {
      const { job } = gate();
      const terminal = openTerminal(`atonce run -j1 --shell '${job} # {}' ::: 1`, {
        env: { LANG: 'C' },
      });
      await terminal.waitFor(/^\.{30} {2}0\/1/m);
    });

    test('at a terminal with no items nothing is waited for', async () => {
      const terminal = openTerminal('atonce run echo');
      await terminal.waitFor(/code=2/);
      expect(terminal.screen).toContain('there are no items: put them after :::');
    });

    test('commands are told to keep their colours when a terminal will show them', async () => {
      const terminal = openTerminal(`atonce run --shell 'echo "force=$FORCE_COLOR" {}' ::: a`);
      await terminal.waitFor(/force=1 a/);
    });
  },
);

test('the built command is there', () => {
  expect(existsSync(bin)).toBe(true);
});
