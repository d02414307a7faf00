import { freemem, totalmem } from 'node:os';
import { readText } from './read-text.ts';

/**
 * Share of the memory this process may use that is in use: of the machine's, or of a control group's
 * limit where that is fuller. Files kept in memory that the kernel would give up count as free.
 */
export function memoryShare(): number {
  const machine = 1 - freemem() / totalmem();
  return Math.max(machine, ...groups().map(shareOfGroup));
}

/** A line of `/proc/self/cgroup` is `id:controllers:path`; version 2 has no controllers. */
function groups(): string[] {
  return (readText('/proc/self/cgroup') ?? '').split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    if (controllers === '') return upFrom('/sys/fs/cgroup', path);
    return controllers?.split(',').includes('memory') === true
      ? upFrom('/sys/fs/cgroup/memory', path)
      : [];
  });
}

/** Inside a container the group's own path is often mounted as the root, so all above it are looked at. */
function upFrom(root: string, path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  const groups = parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`);
  return [...groups, ''].map((group) => root + group);
}

function shareOfGroup(group: string): number {
  const limit = number(`${group}/memory.max`) ?? number(`${group}/memory.limit_in_bytes`);
  const used = number(`${group}/memory.current`) ?? number(`${group}/memory.usage_in_bytes`);
  // Version 1 states "no limit" as a number near 2^63.
  if (limit === undefined || used === undefined || limit <= 0 || limit >= 2 ** 60) return 0;
  const stat = readText(`${group}/memory.stat`) ?? '';
  const idleFiles = Number(/^(?:total_)?inactive_file (\d+)$/m.exec(stat)?.[1] ?? 0);
  return Math.max(0, used - idleFiles) / limit;
}

function number(path: string): number | undefined {
  const value = Number.parseInt(readText(path) ?? '', 10);
  return Number.isNaN(value) ? undefined : value;
}
