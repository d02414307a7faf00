import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atonce, type Ended, start, type StartOptions } from '../../faces/cli/start-command.ts';
import { temporaryFolder } from '../../faces/cli/temporary-folder.ts';

/** What `--json` says of one task. */
export interface ToldTask {
  readonly name: string;
  readonly outcome: string;
  readonly tolerated: boolean;
  readonly reason?: string;
  readonly job?: {
    readonly resumed: boolean;
    readonly attempts: number;
    readonly slot: number;
    readonly startedAt: number;
    readonly durationMs: number;
    readonly command: string;
    readonly end: { readonly kind: string; readonly code?: number; readonly message?: string };
  };
}

/** A folder with a plan in it, run by the built command. */
export class PlanFolder {
  readonly folder: string = temporaryFolder();

  constructor(plan: object | string) {
    this.plan = plan;
  }

  set plan(plan: object | string) {
    const text = typeof plan === 'string' ? plan : JSON.stringify({ tasks: plan });
    this.write('plan.yaml', text);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text);
  }

  /** The lines of a file; none when it is not there. */
  lines(name: string): readonly string[] {
    if (!existsSync(this.path(name))) return [];
    return readFileSync(this.path(name), 'utf8').split('\n').filter(Boolean);
  }

  run(args: readonly string[] = [], options: StartOptions = {}): Promise<Ended> {
    return atonce(['run', '-f', 'plan.yaml', ...args], { cwd: this.folder, ...options });
  }

  start(args: readonly string[] = []): ReturnType<typeof start> {
    return start(['run', '-f', 'plan.yaml', ...args], { cwd: this.folder });
  }

  /** What became of the tasks, by name. */
  async tasks(
    args: readonly string[] = [],
    options: StartOptions = {},
  ): Promise<{ readonly code: number | null; readonly of: (name: string) => ToldTask }> {
    const { code, stdout } = await this.run([...args, '--json'], options);
    const { data } = JSON.parse(stdout) as { data: { tasks: readonly ToldTask[] } };
    const byName = new Map(data.tasks.map((task) => [task.name, task]));
    return { code, of: (name) => byName.get(name) as ToldTask };
  }

  /** The outcome of each task, in the order of the file. */
  async outcomes(args: readonly string[] = [], options: StartOptions = {}): Promise<string[]> {
    const { stdout } = await this.run([...args, '--json'], options);
    const { data } = JSON.parse(stdout) as { data: { tasks: readonly ToldTask[] } };
    return data.tasks.map(({ name, outcome }) => `${name} ${outcome}`);
  }
}

/** A command that writes a line into a file of the plan's folder. */
export function noting(text: string, file = 'log'): { readonly run: string; readonly shell: true } {
  return { run: `echo ${text} >> ${file}`, shell: true };
}

/** Whether a process is still there. One that has ended and that nobody has buried does not count. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^\) [ZX]/.test(stat.slice(stat.lastIndexOf(')')));
  } catch {
    return false;
  }
}
