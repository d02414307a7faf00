import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { CommandHost } from '../../dist/commands/host.js';
import type { CommandItem } from '../../dist/commands/item.js';
import type { JobEvent, JobRecord, RunReport } from '../../dist/runs/report.js';
import type { CommandRequest } from '../../dist/commands/request.js';
import { runCommands } from '../../dist/commands/run-commands.js';

/** Items of one column each. */
export function itemsOf(...values: string[]): CommandItem[] {
  return values.map((value) => ({ columns: [value] }));
}

/** A request in which only what a test is about needs to be said. */
export function requestOf(
  template: readonly string[],
  overrides: Partial<CommandRequest> = {},
): CommandRequest {
  return {
    template,
    shell: false,
    items: [],
    total: undefined,
    jobs: 2,
    timeoutMs: undefined,
    graceMs: 300,
    retries: 0,
    halt: { when: 'never' },
    keepOrder: false,
    output: 'group',
    tag: false,
    rate: undefined,
    journal: undefined,
    resultsDir: undefined,
    joblog: undefined,
    trace: undefined,
    cwd: undefined,
    forceColor: false,
    spawn: 'direct',
    ...overrides,
  };
}

/** A stream that keeps what is written to it. */
export class Kept extends Writable {
  readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

/** All that a run gave. */
export interface Ran {
  readonly report: RunReport;
  readonly stdout: string;
  readonly stderr: string;
  readonly events: readonly JobEvent[];
  /** Records of finished jobs, in the order of their ends. */
  readonly jobs: readonly JobRecord[];
}

/** Runs a request with streams that keep everything. */
export async function run(
  template: readonly string[],
  overrides: Partial<CommandRequest> = {},
  host: Partial<CommandHost> = {},
): Promise<Ran> {
  const stdout = new Kept();
  const stderr = new Kept();
  const events: JobEvent[] = [];
  const onEvent = (event: JobEvent): void => void events.push(event);
  const report = await runCommands(requestOf(template, overrides), {
    stdout,
    stderr,
    onEvent,
    ...host,
  });
  const jobs = events.flatMap((event) => (event.type === 'finished' ? [event.job] : []));
  return { report, stdout: stdout.text, stderr: stderr.text, events, jobs };
}

/** A folder that is removed after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'atonce-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
