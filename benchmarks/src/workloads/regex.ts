import type { Workload } from './workload.ts';

/** Very many items of less than a microsecond. */
export const workload: Workload<string> = {
  title: 'regex on 240-character strings x 60,000',
  items,
  task: 'run',
};

const email = /[a-z0-9._]+@[a-z0-9]+\.[a-z]{2,3}/;

function items(): string[] {
  return Array.from({ length: 60_000 }, (_, index) =>
    `${'lorem ipsum '.repeat(18)} mail${index}@example.org`.slice(0, 240),
  );
}

export function run(text: string): boolean {
  return email.test(text);
}
