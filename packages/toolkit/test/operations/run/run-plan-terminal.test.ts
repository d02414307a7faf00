import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../faces/cli/temporary-folder.ts';
import { noTmux, openTerminal, type Tmux } from '../../faces/cli/tmux.ts';

/** A plan whose tasks wait until a file is there, so that the screen stands still. */
function plan(tasks: (wait: string) => object): { readonly command: string; open: () => void } {
  const folder = temporaryFolder();
  const go = join(folder, 'go');
  const file = join(folder, 'plan.yaml');
  const wait = `while ! test -e ${go}; do sleep 0.05; done`;
  writeFileSync(file, JSON.stringify({ defaults: { shell: true }, tasks: tasks(wait) }));
  return { command: `atonce run -f ${file} -j 2`, open: () => writeFileSync(go, '') };
}

const five = (wait: string): object => ({
  install: 'true',
  bad: { run: 'exit 3', needs: 'install' },
  test: { run: wait, needs: 'install' },
  deploy: { run: wait, needs: 'bad' },
  tell: { run: 'true', needs: ['test'] },
});

function rows(terminal: Tmux): readonly string[] {
  return terminal.screen.split('\n').slice(-6);
}

describe.skipIf(noTmux !== undefined)(
  `a plan in a terminal${noTmux === undefined ? '' : `: ${noTmux}`}`,
  () => {
    test('shows where every task stands; then the summary, and the cursor is back', async () => {
      const { command, open } = plan(five);
      const terminal = openTerminal(command);
      await terminal.waitFor(/3\/5 {2}1 failed {2}1 skipped/);
      await terminal.waitFor(/^\d +[\d.]+s {2}test/m);
      expect(rows(terminal)).toEqual([
        expect.stringMatching(/^█+▓+░+ {2}3\/5 {2}1 failed {2}1 skipped {2}[\d.]+s$/),
        expect.stringMatching(/^✔ +[\d.]+s {2}install$/),
        expect.stringMatching(/^✘ +[\d.]+s {2}bad +exit 3$/),
        expect.stringMatching(/^[12] +[\d.]+s {2}test +while ! test/),
        expect.stringMatching(/^- +deploy +bad failed$/),
        expect.stringMatching(/^\. +tell +waits for test$/),
      ]);
      expect(terminal.cursorVisible).toBe(false);
      open();
      await terminal.waitFor(/code=1/);
      expect(terminal.screen).toMatch(/^atonce: 3 done, 1 failed, 1 skipped$/m);
      expect(terminal.screen).not.toContain('░');
      expect(terminal.cursorVisible).toBe(true);
    });

    test('40 columns show the tasks too, and no line is wrapped', async () => {
      const { command } = plan(five);
      const terminal = openTerminal(command, { columns: 40 });
      await terminal.waitFor(/^3\/5 1 failed 1 skipped$/m);
      await terminal.waitFor(/^\d +[\d.]+s {2}test/m);
      const shown = rows(terminal);
      expect(shown[0]).toBe('3/5 1 failed 1 skipped');
      expect(shown[3]).toMatch(/^[12] +[\d.]+s {2}test +while ! test.*…$/);
      expect(shown[5]).toMatch(/^\. +tell +waits for test$/);
    });

    test('of more tasks than there are lines those that matter most are shown', async () => {
      const { command } = plan((wait) => ({
        first: 'true',
        run: { run: wait, needs: 'first' },
        ...Object.fromEntries(
          Array.from({ length: 50 }, (_, at) => [`later-${at}`, { run: 'true', needs: 'run' }]),
        ),
      }));
      const terminal = openTerminal(command, { rows: 10 });
      await terminal.waitFor(/^\d +[\d.]+s {2}run/m);
      const lines = terminal.screen.split('\n');
      expect(lines).toHaveLength(8);
      expect(lines[1]).toMatch(/^[12] +[\d.]+s {2}run /);
      expect(lines.at(-1)).toBe('   … 46 more');
    });

    test('under CI and on a dumb terminal there are plain lines', async () => {
      const { command, open } = plan((wait) => ({ a: wait, b: { run: 'exit 3', needs: 'a' } }));
      open();
      for (const env of ['CI=1', 'TERM=dumb']) {
        const terminal = openTerminal(`export ${env}; ${command}`);
        await terminal.waitFor(/code=1/);
        expect(terminal.screen).toMatch(/^atonce: b: exit 3 after .*: exit 3$/m);
      }
    });

    test('NO_COLOR leaves the signs and takes the colours', async () => {
      const { command, open } = plan(five);
      const terminal = openTerminal(`export NO_COLOR=1; ${command}`);
      await terminal.waitFor(/✘ +[\d.]+s {2}bad/);
      open();
      await terminal.waitFor(/code=1/);
      expect(terminal.history).not.toMatch(/\u001b\[3\dm/);
    });
  },
);
