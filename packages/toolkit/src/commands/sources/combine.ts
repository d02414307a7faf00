import { AtonceError } from 'atonce';
import type { CommandItem } from '../item.ts';
import type { Row, Rows } from './row.ts';

/** One input source. */
export interface Source {
  readonly rows: Rows;
  /** Its first record holds the names of its columns. */
  readonly header: boolean;
  /** Goes in step with the source before it; the shortest of them ends them all. */
  readonly linked: boolean;
}

/**
 * Combines sources into items, in GNU parallel's order: every record of the first with every record
 * of the second, and so on, the last going fastest. The first source is read as items are needed;
 * the others must be held in memory, for they are gone through again and again.
 */
export async function* combineSources(sources: readonly Source[]): AsyncGenerator<CommandItem> {
  const groups = grouped(sources).map((group) => linkedItems(group));
  const [first, ...others] = groups;
  if (first === undefined) return;
  const held = await Promise.all(others.map((group) => collect(group)));
  for await (const item of first) yield* product(item, held);
}

function* product(
  item: CommandItem,
  held: readonly (readonly CommandItem[])[],
): Generator<CommandItem> {
  const [next, ...rest] = held;
  if (next === undefined) {
    yield item;
    return;
  }
  for (const other of next) yield* product(joined([item, other]), rest);
}

function grouped(sources: readonly Source[]): Source[][] {
  const groups: Source[][] = [];
  for (const source of sources) {
    if (source.linked && groups.length > 0) groups.at(-1)?.push(source);
    else groups.push([source]);
  }
  return groups;
}

/** Sources that go in step: the first records of all, the second records of all, and so on. */
async function* linkedItems(sources: readonly Source[]): AsyncGenerator<CommandItem> {
  const readers = sources.map((source) => namedItems(source));
  try {
    for (;;) {
      const items: CommandItem[] = [];
      for (const reader of readers) {
        const { done, value } = await reader.next();
        if (done === true) return;
        items.push(value);
      }
      yield items.length === 1 ? (items[0] as CommandItem) : joined(items);
    }
  } finally {
    for (const reader of readers) await reader.return(undefined);
  }
}

/** A source's records as items, the first of them used as names where it is a header. */
async function* namedItems({ rows, header }: Source): AsyncGenerator<CommandItem> {
  let names: readonly string[] | undefined;
  for await (const row of rows) {
    if (!header) {
      yield row;
    } else if (names === undefined) {
      names = headerNames(row);
    } else {
      yield { ...row, named: record(names, row.columns) };
    }
  }
}

function headerNames({ columns, problem }: Row): readonly string[] {
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (problem !== undefined) throw badHeader(problem);
  if (twice !== undefined) throw badHeader(`the header names ${JSON.stringify(twice)} twice`);
  return columns;
}

function record(names: readonly string[], columns: readonly string[]): Record<string, string> {
  const named = Object.create(null) as Record<string, string>;
  names.forEach((name, at) => {
    const value = columns[at];
    if (value !== undefined) named[name] = value;
  });
  return named;
}

function joined(items: readonly CommandItem[]): CommandItem {
  const named = Object.create(null) as Record<string, string>;
  let hasNames = false;
  for (const item of items) {
    for (const [name, value] of Object.entries(item.named ?? {})) {
      if (name in named) throw badHeader(`two sources name ${JSON.stringify(name)}`);
      named[name] = value;
      hasNames = true;
    }
  }
  const problem = items.find((item) => item.problem !== undefined)?.problem;
  return {
    columns: items.flatMap((item) => item.columns),
    ...(hasNames ? { named } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
}

async function collect(items: AsyncIterable<CommandItem>): Promise<readonly CommandItem[]> {
  const all: CommandItem[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function badHeader(message: string): AtonceError {
  return new AtonceError('E_SOURCE', message);
}
