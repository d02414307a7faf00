import { hostModule, reportedProcessors } from './host.ts';

/** Reads a small text file; undefined when it is not there or may not be read. */
export type ReadText = (path: string) => string | undefined;

/**
 * Processors this process may really use: what the runtime reports (which honours CPU affinity),
 * cut to the CPU quota of its control group and of every group above it, which Node 20 ignores. A
 * fraction is rounded up, as the JVM and Go do. Always at least 1.
 */
export function availableCores(): number {
  const quota = cgroupQuota(readHostText);
  return Math.max(
    1,
    Math.min(reportedProcessors(), quota === undefined ? Infinity : Math.ceil(quota)),
  );
}

/**
 * The smallest CPU quota, in processors, that Linux control groups set for this process; undefined
 * without a limit. Version 2 states it in `cpu.max`, version 1 in `cpu.cfs_quota_us` and
 * `cpu.cfs_period_us` (kernel documentation: admin-guide/cgroup-v2 and scheduler/sched-bwc).
 */
export function cgroupQuota(read: ReadText): number | undefined {
  const quotas = (read('/proc/self/cgroup') ?? '')
    .split('\n')
    .flatMap((line) => quotasOfLine(line, read))
    .filter((quota) => quota > 0);
  return quotas.length === 0 ? undefined : Math.min(...quotas);
}

/** A line is `id:controllers:path`; version 2 has no controllers. */
function quotasOfLine(line: string, read: ReadText): number[] {
  const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
  if (controllers === undefined || path === undefined) return [];
  if (controllers === '')
    return groupsUpFrom(path).map((group) => quotaV2(read(`/sys/fs/cgroup${group}/cpu.max`)));
  if (!controllers.split(',').includes('cpu')) return [];
  // Inside a container the group's own path is often mounted as the root, so both are looked at.
  return groupsUpFrom(path).map((group) =>
    quotaV1(
      read(`/sys/fs/cgroup/cpu${group}/cpu.cfs_quota_us`),
      read(`/sys/fs/cgroup/cpu${group}/cpu.cfs_period_us`),
    ),
  );
}

/** `/a/b` gives `/a/b`, `/a` and the root, written as an empty string. */
function groupsUpFrom(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`).concat('');
}

function quotaV2(text: string | undefined): number {
  const [quota, period] = (text ?? '').trim().split(' ').map(Number);
  return quota !== undefined && period !== undefined && period > 0 && quota > 0
    ? quota / period
    : 0;
}

function quotaV1(quotaText: string | undefined, periodText: string | undefined): number {
  const [quota, period] = [Number(quotaText), Number(periodText)];
  return quota > 0 && period > 0 ? quota / period : 0;
}

function readHostText(path: string): string | undefined {
  try {
    return hostModule('node:fs')?.readFileSync(path, 'utf8');
  } catch {
    // Not Linux, or no such control group: no limit is known.
    return undefined;
  }
}
