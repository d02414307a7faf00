import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { JournalPlan, JournalRecord } from '../../src/engine/journal.ts';
import { isAtonceError, type AtonceError } from '../../src/kernel/errors.ts';

export const plan: JournalPlan = { task: 'task', code: '() => 1', options: { timeoutMs: 100 } };

/** A folder that is gone when the test has finished. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'atonce-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }));
  return folder;
}

export function done(key: string, value?: unknown): JournalRecord & { readonly type: 'done' } {
  const facts = { index: 0, attempts: 1, startedAt: 5, durationMs: 1.5 };
  return { type: 'done', key, ...facts, ...(value === undefined ? {} : { value }) };
}

export function fail(key: string, error: unknown): JournalRecord {
  return { type: 'fail', key, index: 0, error, attempts: 1 };
}

/** The error of atonce that a promise is rejected with. */
export async function refusal(promise: Promise<unknown>): Promise<AtonceError> {
  const [result] = await Promise.allSettled([promise]);
  if (result.status === 'rejected' && isAtonceError(result.reason)) return result.reason;
  throw new Error(
    `expected an error of atonce: ${result.status === 'rejected' ? String(result.reason) : 'fulfilled'}`,
  );
}

/** What a child process has said when it ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A started command: its process, and how it will have ended. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts a command that is killed at the latest when the test has finished. */
export function start(command: string, args: readonly string[]): Started {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** Resolves when the command has written something to its output. */
export function firstOutput({ child }: Started): Promise<string> {
  return new Promise((resolve) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString()));
  });
}

export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** What a `journal-writer.mjs` has done, over all its runs. */
export interface WriterLog {
  readonly acknowledged: ReadonlySet<string>;
  /** Keys that were run again although they had been acknowledged. */
  readonly runAgain: readonly string[];
  readonly runs: number;
}

export async function readWriterLog(path: string): Promise<WriterLog> {
  const acknowledged = new Set<string>();
  const runAgain: string[] = [];
  let runs = 0;
  for (const line of (await readFile(path, 'utf8').catch(() => '')).split('\n')) {
    const [word, key = ''] = line.split(' ');
    if (word === 'ack') acknowledged.add(key);
    if (word === 'run' && acknowledged.has(key)) runAgain.push(key);
    if (word === 'run') runs++;
  }
  return { acknowledged, runAgain, runs };
}
