import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bin, cleanEnvironment, until } from './start-command.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Why terminal tests cannot run here; undefined when they can. */
export const noTmux: string | undefined =
  spawnSync('tmux', ['-V']).status === 0 ? undefined : 'tmux is not installed';

/** A real terminal with a shell script running in it. */
export class Tmux {
  /** Holds the socket of a server of its own. */
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts the server with a session in which this command runs. */
  start(size: readonly string[], command: readonly string[]): void {
    this.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, ...command);
  }

  /** The lines on the screen, without those that are empty at its end. */
  get screen(): string {
    return this.#tmux('capture-pane', '-p').trimEnd();
  }

  get cursorVisible(): boolean {
    return this.#tmux('display-message', '-p', '#{cursor_flag}').trim() === '1';
  }

  /** Everything that was on the screen, with escapes for colours. */
  get history(): string {
    return this.#tmux('capture-pane', '-pe', '-S', '-');
  }

  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  type(text: string): void {
    this.#tmux('send-keys', '-l', '--', text);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  async waitFor(what: RegExp): Promise<void> {
    await until(() => what.test(this.screen), `${String(what)} on the screen`).catch((error) => {
      throw new Error(`${String(error)}\n${this.screen}`);
    });
  }

  close(): void {
    this.#tmux('kill-server');
  }

  #tmux(...args: string[]): string {
    const env = cleanEnvironment({ SHELL: '/bin/sh', TMUX_TMPDIR: this.#folder });
    return execFileSync('tmux', args, { encoding: 'utf8', env });
  }
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Opens a terminal and runs a bash script in it, where `atonce` is the built command. */
export function openTerminal(script: string, options: TerminalOptions = {}): Tmux {
  const { columns = 80, rows = 24, env = {} } = options;
  const folder = temporaryFolder();
  const file = join(folder, 'script.sh');
  const text = `atonce() { '${process.execPath}' '${bin}' "$@"; }\n${script}\necho "code=$?"\nsleep 60\n`;
  writeFileSync(file, text);
  const variables = Object.entries(cleanEnvironment(env)).map(
    ([name, value]) => `${name}=${value}`,
  );
  const size = ['-x', String(columns), '-y', String(rows)];
  const inner = ['env', '-i', 'TERM=screen-256color', ...variables, 'bash', file];
  const terminal = new Tmux(folder);
  terminal.start(size, inner);
  onTestFinished(() => terminal.close());
  return terminal;
}
