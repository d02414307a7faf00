import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { OptionError } from 'atonce';
import { exitCodes } from '../../operations/exit-codes.ts';
import type { OperationHost, OperationResult, TerminalFacts } from '../../operations/operation.ts';
import { createGlyphs, localeIsUnicode } from './glyphs.ts';
import { envelope } from './envelope.ts';
import { errorText } from './error-text.ts';
import { createPaint } from './paint.ts';
import type { ProgressView } from './progress/view.ts';
import type { Call } from './read-call.ts';
import { listenForSignals, type StopRequests } from './signals.ts';
import { type FinalText, writeErrorNow } from './streams.ts';
import { chooseProgress, runsUnderCi, wantsColour } from './terminal.ts';
import { writeResult } from './write-result.ts';

type OperationCall = Extract<Call, { readonly kind: 'operation' }>;

/** What is left to write, and the exit code. */
export interface Performed {
  readonly text: FinalText;
  readonly exitCode: number;
}

/** Runs an operation with progress and signals, and makes its answer. */
export async function performCall(call: OperationCall, startedMs: number): Promise<Performed> {
  const { operation, options } = call;
  if (options.cwd !== undefined) enterFolder(options.cwd);
  const view = await createView(call);
  const requests = listenForSignals((how) => view.onStop(how));
  endOnCrash(view, requests, options.verbose);
  let result: OperationResult;
  try {
    result = await operation.run(call as never, createHost(call, view, requests));
  } finally {
    view.close();
  }
  const exitCode = (result.interrupted ? requests.exitCode() : undefined) ?? result.exitCode;
  const durationMs = performance.now() - startedMs;
  if (!options.json) return { text: await writeResult(result, options), exitCode };
  const { stderr } = await writeResult({ ...result, output: [] }, options);
  const document = { ...result, command: operation.name, exitCode, durationMs };
  return {
    text: { stdout: envelope(document), ...(stderr === undefined ? {} : { stderr }) },
    exitCode,
  };
}

/** Like make -C and git -C: relative paths of all options and items are meant from there. */
function enterFolder(folder: string): void {
  try {
    process.chdir(folder);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new OptionError('--cwd', `--cwd: cannot work in ${JSON.stringify(folder)}: ${code}`);
  }
}

async function createView({ options }: OperationCall): Promise<ProgressView> {
  const { env, stdout, stderr } = process;
  const mode = chooseProgress(options, env, stderr);
  // With --json nothing but the document may reach standard output.
  const streams = { stdout: options.json ? stderr : stdout, stderr };
  const paint = createPaint(wantsColour(options.color, env, stderr));
  const { verbose } = options;
  if (mode === 'live') {
    const { createLiveView } = await import('./progress/live-view.ts');
    const stdoutIsSameTerminal = options.json || isSameTerminal();
    const glyphs = createGlyphs(localeIsUnicode(env));
    const writeNow = writeErrorNow;
    return createLiveView(streams, { paint, glyphs, verbose, stdoutIsSameTerminal, writeNow });
  }
  if (mode === 'plain') {
    const { createPlainView } = await import('./progress/plain-view.ts');
    return createPlainView(streams, { paint, verbose, heartbeatMs: 10_000 });
  }
  if (mode === 'json') return (await import('./progress/json-view.ts')).createJsonView(streams);
  return (await import('./progress/silent-view.ts')).createSilentView(streams);
}

/** Whether what is printed on standard output appears on the terminal where progress is shown. */
function isSameTerminal(): boolean {
  return process.stdout.isTTY && fstatSync(1).rdev === fstatSync(2).rdev;
}

function createHost(
  { options }: OperationCall,
  view: ProgressView,
  { signal, killNow }: StopRequests,
): OperationHost {
  return {
    // Made only when it is read: an open standard input keeps a process waiting.
    get stdin() {
      return process.stdin;
    },
    jobStdout: view.jobStdout,
    jobStderr: view.jobStderr,
    env: process.env,
    terminal: terminalFacts(options.color),
    onEvent: (event) => view.onEvent(event),
    signal,
    killNow,
  };
}

function terminalFacts(color: OperationCall['options']['color']): TerminalFacts {
  const { env, stdout, stderr } = process;
  return {
    // Looking at process.stdin would open it.
    stdinIsTerminal: isatty(0),
    stdoutIsTerminal: stdout.isTTY === true,
    stderrIsTerminal: stderr.isTTY === true,
    columns: stderr.isTTY === true ? stderr.columns : undefined,
    colour: wantsColour(color, env, stdout),
    unicode: localeIsUnicode(env),
    underCi: runsUnderCi(env),
  };
}

/** An error that nobody handles: running jobs are killed and the terminal is put right before the end. */
function endOnCrash(view: ProgressView, requests: StopRequests, verbose: boolean): void {
  process.on('uncaughtException', (error) => {
    requests.kill();
    view.close();
    writeErrorNow(`atonce: ${errorText(error, verbose)}\n`);
    process.exit(exitCodes.internal);
  });
}
