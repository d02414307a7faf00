import { readdirSync, readFileSync } from 'node:fs';

/** Groups of processes that we started and that have not ended. */
const runningGroups = new Set<number>();

/** Remembers a group, for `killAllGroups`. */
export function enterGroup(pgid: number): void {
  runningGroups.add(pgid);
}

/** Forgets a group that ended. */
export function leaveGroup(pgid: number): void {
  runningGroups.delete(pgid);
}

/** Signals every group that is running, at once and without waiting: the last resort of a program that must end. */
export function killAllGroups(signal: NodeJS.Signals): void {
  for (const pgid of runningGroups) signalGroup(pgid, signal);
}

/** Signals all members of a group; says whether there was any. */
export function signalGroup(pgid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pgid, signal);
    return true;
  } catch (error) {
    // EPERM: there are members, but they belong to somebody else now (a setuid program).
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Number of members of a group that are alive. Members that are dead and only not buried yet do not count. */
export function livingMembers(pgid: number): number {
  if (!signalGroup(pgid, 0)) return 0;
  const pids = processIds();
  if (pids === undefined) return 1;
  return pids.filter((pid) => isLivingMember(pid, pgid)).length;
}

function processIds(): readonly string[] | undefined {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    // No /proc on this system: the signal above was the only answer there is.
    return undefined;
  }
}

function isLivingMember(pid: string, pgid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before it may hold spaces and parentheses: fields are counted from the last one.
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(group) === pgid && state !== 'Z' && state !== 'X';
  } catch {
    // It ended while we were looking.
    return false;
  }
}
