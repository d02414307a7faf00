import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { availableCores, cgroupQuota } from '../../src/engine/available-cores.ts';

/** A file tree as a plain record; what is not in it does not exist. */
function tree(files: Record<string, string>): (path: string) => string | undefined {
  return (path) => files[path];
}

const v2 = (path: string): Record<string, string> => ({ '/proc/self/cgroup': `0::${path}\n` });
const v1 = (path: string): Record<string, string> => ({
  '/proc/self/cgroup': [
    '12:pids:/x',
    `4:cpu,cpuacct:${path}`,
    '3:cpuset:/other',
    '1:name=systemd:/init.scope',
  ].join('\n'),
});

describe('the smallest quota of all groups above the process counts', () => {
  test.each<[string, Record<string, string>, number | undefined]>([
    ['no control groups', {}, undefined],
    ['garbage instead of groups', { '/proc/self/cgroup': '\0\0garbage:::\n' }, undefined],
    [
      'version 2 without a limit',
      { ...v2('/a'), '/sys/fs/cgroup/a/cpu.max': 'max 100000\n' },
      undefined,
    ],
    ['version 2 with a limit', { ...v2('/a'), '/sys/fs/cgroup/a/cpu.max': '150000 100000\n' }, 1.5],
    [
      'version 2, the tighter limit above',
      {
        ...v2('/a/b/c'),
        '/sys/fs/cgroup/a/b/c/cpu.max': '800000 100000\n',
        '/sys/fs/cgroup/a/b/cpu.max': 'max 100000\n',
        '/sys/fs/cgroup/a/cpu.max': '200000 100000\n',
      },
      2,
    ],
    [
      'version 2, the tighter limit below',
      {
        ...v2('/a/b'),
        '/sys/fs/cgroup/a/b/cpu.max': '50000 100000\n',
        '/sys/fs/cgroup/a/cpu.max': '200000 100000\n',
      },
      0.5,
    ],
    ['version 2 in a container', { ...v2('/'), '/sys/fs/cgroup/cpu.max': '300000 100000\n' }, 3],
    [
      'version 2 above its namespace',
      { ...v2('/../../x'), '/sys/fs/cgroup/x/cpu.max': '300000 100000\n' },
      3,
    ],
    [
      'version 2 with nonsense',
      { ...v2('/a'), '/sys/fs/cgroup/a/cpu.max': 'nonsense\n' },
      undefined,
    ],
    ['version 2, an empty file', { ...v2('/a'), '/sys/fs/cgroup/a/cpu.max': '' }, undefined],
    [
      'version 2, a period of zero',
      { ...v2('/a'), '/sys/fs/cgroup/a/cpu.max': '1000 0' },
      undefined,
    ],
    [
      'version 2, a negative quota',
      { ...v2('/a'), '/sys/fs/cgroup/a/cpu.max': '-1 100000' },
      undefined,
    ],
    [
      'version 1 with a limit',
      {
        ...v1('/docker/abc'),
        '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us': '250000\n',
        '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us': '100000\n',
      },
      2.5,
    ],
    [
      'version 1 without a limit',
      {
        ...v1('/'),
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      },
      undefined,
    ],
    [
      'version 1 mounted as the root of a container',
      {
        ...v1('/docker/abc'),
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '100000\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      },
      1,
    ],
    [
      'version 1 whose period is missing',
      { ...v1('/'), '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '100000\n' },
      undefined,
    ],
    [
      'both versions at once',
      {
        '/proc/self/cgroup': '4:cpu:/a\n0::/a\n',
        '/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '400000',
        '/sys/fs/cgroup/cpu/a/cpu.cfs_period_us': '100000',
        '/sys/fs/cgroup/a/cpu.max': '300000 100000',
      },
      3,
    ],
  ])('%s', (_, files, quota) => {
    expect(cgroupQuota(tree(files))).toBe(quota);
  });
});

test('a limit on another controller is no limit on the processors', () => {
  const files = {
    '/proc/self/cgroup': '5:cpuset:/a\n',
    '/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '100000',
    '/sys/fs/cgroup/cpu/a/cpu.cfs_period_us': '100000',
  };
  expect(cgroupQuota(tree(files))).toBeUndefined();
});

test('this process has at least one core and no more than the runtime reports', () => {
  expect(Number.isInteger(availableCores())).toBe(true);
  expect(availableCores()).toBeGreaterThanOrEqual(1);
  expect(availableCores()).toBeLessThanOrEqual(availableParallelism());
});
