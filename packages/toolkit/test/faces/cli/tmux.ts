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
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
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
    spawnSync('tmux', ['-L', this.#socket, 'kill-server']);
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8' });
  }
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

let count = 0;

/** Opens a terminal and runs a bash script in it, where `atonce` is the built command. */
export function openTerminal(script: string, options: TerminalOptions = {}): Tmux {
  const { columns = 80, rows = 24, env = {} } = options;
  const socket = `atonce-test-${process.pid}-${count++}`;
  const file = join(temporaryFolder(), 'script.sh');
  const text = `atonce() { '${process.execPath}' '${bin}' "$@"; }\n${script}\necho "code=$?"\nsleep 60\n`;
  writeFileSync(file, text);
  const variables = Object.entries(cleanEnvironment(env)).map(
    ([name, value]) => `${name}=${value}`,
  );
  const size = ['-x', String(columns), '-y', String(rows)];
  const inner = ['env', '-i', 'TERM=screen-256color', ...variables, 'bash', file];
  const args = ['-L', socket, '-f', '/dev/null', 'new-session', '-d', ...size, ...inner];
  execFileSync('tmux', args, { env: cleanEnvironment({ SHELL: '/bin/sh' }) });
  const terminal = new Tmux(socket);
  onTestFinished(() => terminal.close());
  return terminal;
}
