import { expect, test } from 'vitest';
import { GroupCommit, type CommitTarget } from '../../../src/files/journal/group-commit.ts';
import { refusal } from '../support.ts';

/** A target in memory that logs what it is told, and waits before each sync for `release`. */
class LoggedTarget implements CommitTarget {
  readonly log: string[] = [];
  bytes = 0;
  fails: Error | undefined;
  held: (() => void)[] = [];
  readonly holds: boolean;

  constructor(holds = false) {
    this.holds = holds;
  }

  async append(data: Buffer): Promise<number> {
    this.log.push(`write ${data.toString()}`);
    if (this.fails !== undefined) throw this.fails;
    this.bytes += data.length;
    return this.bytes - data.length;
  }

  async sync(): Promise<void> {
    if (this.holds) await new Promise<void>((resolve) => this.held.push(resolve));
    this.log.push('sync');
    if (this.fails !== undefined) throw this.fails;
  }
}

const line = (text: string) => Buffer.from(text);
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('commits what arrives at one moment by one write and one sync, and says where each begins', async () => {
  const target = new LoggedTarget();
  const commits = new GroupCommit(target, { maxRecords: 512, sync: true });
  const offsets = await Promise.all(['a', 'bb', 'ccc'].map((text) => commits.append(line(text))));
  expect(target.log).toEqual(['write abbccc', 'sync']);
  expect(offsets).toEqual([0, 1, 3]);
});

test('what arrives during a sync makes the next batch', async () => {
  const target = new LoggedTarget(true);
  const commits = new GroupCommit(target, { maxRecords: 512, sync: true });
  const first = commits.append(line('a'));
  for (let n = 0; n < 3; n++) await turn();
  const others = ['b', 'c'].map((text) => commits.append(line(text)));
  for (let n = 0; n < 3; n++) await turn();
  expect(target.log).toEqual(['write a']);
  target.held.shift()?.();
  await first;
  for (let n = 0; n < 3; n++) await turn();
  expect(target.log).toEqual(['write a', 'sync', 'write bc']);
  target.held.shift()?.();
  await Promise.all(others);
});

test('acknowledges nothing before its sync', async () => {
  const target = new LoggedTarget(true);
  const commits = new GroupCommit(target, { maxRecords: 512, sync: true });
  let acknowledged = false;
  const append = commits.append(line('a')).then(() => (acknowledged = true));
  for (let n = 0; n < 5; n++) await turn();
  expect([target.log, acknowledged]).toEqual([['write a'], false]);
  target.held.shift()?.();
  await append;
  expect(target.log).toEqual(['write a', 'sync']);
});

test('takes no more than maxRecords into one batch', async () => {
  const target = new LoggedTarget();
  const commits = new GroupCommit(target, { maxRecords: 2, sync: true });
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => commits.append(line(text))));
  expect(target.log).toEqual(['write ab', 'sync', 'write cd', 'sync', 'write e', 'sync']);
});

test('does not sync when it need not', async () => {
  const target = new LoggedTarget();
  await new GroupCommit(target, { maxRecords: 512, sync: false }).append(line('a'));
  expect(target.log).toEqual(['write a']);
});

test.each(['append', 'sync'] as const)(
  'a failed %s rejects its batch, all that wait and all that come',
  async (step) => {
    const target = new LoggedTarget();
    const commits = new GroupCommit(target, { maxRecords: 2, sync: true });
    const error = new Error('EIO: i/o error');
    target[step] = async () => {
      target.log.push(`${step} failed`);
      throw error;
    };
    const appends = ['a', 'b', 'c', 'd'].map((text) => refusal(commits.append(line(text))));
    for (const failure of await Promise.all(appends)) {
      expect(failure).toMatchObject({ code: 'E_JOURNAL', cause: error });
    }
    expect(await refusal(commits.append(line('e')))).toMatchObject({ code: 'E_JOURNAL' });
    await commits.flush();
    expect(target.log.filter((entry) => entry.endsWith('failed'))).toHaveLength(1);
  },
);

test('flush waits for what is pending', async () => {
  const target = new LoggedTarget();
  const commits = new GroupCommit(target, { maxRecords: 1, sync: true });
  await commits.flush();
  const appends = ['a', 'b', 'c'].map((text) => commits.append(line(text)));
  await commits.flush();
  expect(target.log).toHaveLength(6);
  await Promise.all(appends);
});
