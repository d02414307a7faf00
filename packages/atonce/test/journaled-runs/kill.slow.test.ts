import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/kernel/random.ts';

const coordinator = fileURLToPath(new URL('./fixtures/coordinator.mjs', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atonce-kill-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Which items were run, in the order of their starts. */
function runsIn(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

/** Starts the coordinator, and collects what it acknowledges. */
function begin(place: string, count: number): { child: ChildProcess; said: () => string[] } {
  const args = [coordinator, join(folder, 'journal'), join(folder, 'runs'), place, String(count)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (text += part));
  return { child, said: () => text.split('\n').slice(0, -1) };
}

/** Lets it work for a while, kills it, and gives what it had acknowledged by then. */
async function killDuringWork(place: string, count: number, workMs: number): Promise<string[]> {
  const { child, said } = begin(place, count);
  const closed = once(child, 'close');
  // Counted from the first sign of life, so that kills fall into the work and not into the start of Node.
  await Promise.race([once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data'), closed]);
  await setTimeout(workMs);
  child.kill('SIGKILL');
  await closed;
  return said();
}

describe.each([
  { place: 'loop', count: 20_000 },
  { place: 'threads', count: 4_000 },
  { place: 'processes', count: 4_000 },
])('a journaled run on $place whose coordinator is killed 50 times', ({ place, count }) => {
  it('loses no acknowledged item and runs none of them again', async () => {
    const random = seededRandom(20);
    const acknowledged = new Set<string>();
    for (let kill = 0; kill < 50; kill++) {
      const before = runsIn(join(folder, 'runs')).length;
      const said = await killDuringWork(place, count, random() * 60);
      const repeated = runsIn(join(folder, 'runs'))
        .slice(before)
        .filter((id) => acknowledged.has(id));
      expect(repeated, `run again after kill ${kill}`).toEqual([]);
      expect(said.at(-1), 'finished before the kill').not.toBe('all right');
      for (const id of said) acknowledged.add(id);
    }
    const before = runsIn(join(folder, 'runs')).length;
    const { child, said } = begin(place, count);
    await once(child, 'close');
    expect(said().at(-1)).toBe('all right');
    const last = runsIn(join(folder, 'runs')).slice(before);
    expect(last.filter((id) => acknowledged.has(id))).toEqual([]);
    // Otherwise the kills would have shown nothing.
    expect(acknowledged.size).toBeGreaterThan(50);
  });
});
