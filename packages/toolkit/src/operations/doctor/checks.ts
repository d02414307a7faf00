import { formatBytes } from '../../report/bytes.ts';
import { countOf, formatCount } from '../../report/count.ts';
import type { TerminalFacts } from '../operation.ts';
import { type Finding, fine } from './finding.ts';
import type { Machine } from './machine.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Processors, and how many of them this process may use. */
export function checkCores(machine: Machine): Finding {
  const { processors, allowedProcessors, availableCores } = machine;
  const facts = { processors, allowedProcessors, availableCores };
  const inAll = countOf(processors, 'processor');
  if (availableCores < allowedProcessors) {
    const found = `${availableCores} of ${inAll}: a CPU quota of the control group holds`;
    const advice = `--jobs auto respects it; programs that count processors start ${processors}`;
    return { subject: 'cores', level: 'warning', found, advice, facts };
  }
  if (allowedProcessors < processors) {
    return fine('cores', `${allowedProcessors} of ${inAll}, by CPU affinity`, facts);
  }
  if (availableCores > 1) return fine('cores', `${inAll}, all available`, facts);
  const advice = 'work that computes gains nothing here; work that waits still does';
  return { subject: 'cores', level: 'warning', found: inAll, advice, facts };
}

/** Memory, its limit, and whether every job can have some. */
export function checkMemory(machine: Machine): Finding {
  const { memoryBytes, memoryLimitBytes, freeMemoryBytes, availableCores } = machine;
  const facts = { memoryBytes, memoryLimitBytes: memoryLimitBytes ?? null, freeMemoryBytes };
  const limit = memoryLimitBytes === undefined ? '' : ` (limited from ${formatBytes(memoryBytes)})`;
  const total = formatBytes(memoryLimitBytes ?? memoryBytes);
  const found = `${formatBytes(freeMemoryBytes)} free of ${total}${limit}`;
  const subject = 'memory';
  if (freeMemoryBytes < 256 * MIB) {
    const advice = 'close something: jobs are likely to be killed for lack of memory';
    return { subject, level: 'problem', found, advice, facts };
  }
  if (freeMemoryBytes / availableCores < 512 * MIB) {
    const advice = 'less than 512 MiB for each core: use a smaller --jobs for hungry commands';
    return { subject, level: 'warning', found, advice, facts };
  }
  return fine(subject, found, facts);
}

/** Files that may be open: each running job takes a few. */
export function checkOpenFiles({ openFileLimit }: Machine): Finding {
  const subject = 'open files';
  const facts = { limit: openFileLimit === Infinity ? null : (openFileLimit ?? null) };
  if (openFileLimit === undefined) return fine(subject, 'limit not known', facts);
  if (openFileLimit === Infinity) return fine(subject, 'no limit', facts);
  const found = `at most ${formatCount(openFileLimit)}`;
  if (openFileLimit >= 1024) return fine(subject, found, facts);
  const level = openFileLimit < 128 ? 'problem' : 'warning';
  return { subject, level, found, advice: 'raise it, for instance with ulimit -n 4096', facts };
}

/** git, which is wanted for whatever looks at history. */
export function checkGit({ gitVersion }: Machine): Finding {
  const facts = { version: gitVersion ?? null };
  if (gitVersion !== undefined) return fine('git', gitVersion, facts);
  const advice = 'install it; running commands does not need it';
  return { subject: 'git', level: 'warning', found: 'not found', advice, facts };
}

/** What the terminal can show. */
export function checkTerminal(terminal: TerminalFacts): Finding {
  const { stderrIsTerminal, columns, colour, unicode, underCi } = terminal;
  const facts = { ...terminal, columns: columns ?? null };
  const words = [
    stderrIsTerminal ? `${columns ?? '?'} columns` : 'none: progress is written as plain lines',
    colour ? 'colours' : 'no colours',
    unicode ? 'Unicode' : 'ASCII only',
    ...(underCi ? ['under CI'] : []),
  ];
  const found = words.join(', ');
  if (stderrIsTerminal && columns !== undefined && columns <= 40) {
    const advice = 'progress needs more than 40 columns to show more than counts';
    return { subject: 'terminal', level: 'warning', found, advice, facts };
  }
  if (stderrIsTerminal && !unicode) {
    const advice = 'for bars and names beyond ASCII set a UTF-8 locale, for instance LANG=C.UTF-8';
    return { subject: 'terminal', level: 'warning', found, advice, facts };
  }
  return fine('terminal', found, facts);
}

/** Room for temporary files: large outputs wait there until they are passed on. */
export function checkTemporaryFolder(machine: Machine): Finding {
  const { temporaryFolder, temporaryFreeBytes } = machine;
  const subject = 'temporary files';
  const facts = { folder: temporaryFolder, freeBytes: temporaryFreeBytes ?? null };
  if (temporaryFreeBytes === undefined) {
    const found = `${temporaryFolder} cannot be read`;
    const advice = 'set TMPDIR to a folder that you may write to';
    return { subject, level: 'problem', found, advice, facts };
  }
  const found = `${formatBytes(temporaryFreeBytes)} free in ${temporaryFolder}`;
  if (temporaryFreeBytes >= GIB) return fine(subject, found, facts);
  const level = temporaryFreeBytes < 64 * MIB ? 'problem' : 'warning';
  const advice = 'make room, or set TMPDIR to a larger disk';
  return { subject, level, found, advice, facts };
}
