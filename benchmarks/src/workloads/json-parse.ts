import type { Workload } from './workload.ts';

/** Computing with a large string in and a number out. */
export const workload: Workload<string> = {
  title: 'JSON.parse 94 kB x 400',
  items: () => Array(400).fill(document()),
  task: 'run',
};

export function run(text: string): number {
  return (JSON.parse(text) as readonly unknown[]).length;
}

function document(): string {
  const rows = Array.from({ length: 1000 }, (_, id) => ({
    id,
    name: `user ${id}`,
    email: `user${id}@example.org`,
    active: id % 2 === 0,
    score: id / 7,
  }));
  return JSON.stringify(rows);
}
