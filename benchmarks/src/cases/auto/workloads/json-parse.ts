/** Computing with a string of 94 kB in and a number out. */
export function items(count: number): string[] {
  return Array<string>(count).fill(document());
}

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
