import { statSync } from 'node:fs';
import { join } from 'node:path';
import { map, type RunOptions } from 'atonce';
import { fileJournal, type FileJournalOptions } from 'atonce/files';
import type { Prepare } from '../../harness/benchmark.ts';
import { makeScratch } from '../../harness/scratch.ts';

const CONCURRENCY = 64;

interface Value {
  readonly item: string;
  readonly length: number;
}

export const without: Prepare = ({ items: count }) => {
  const items = makeItems(count);
  let values: readonly Value[] = [];
  return {
    run: async () => {
      values = await mapItems(items, {});
      return undefined;
    },
    check: () => checkValues(items, values),
  };
};

export function recorded(durability: NonNullable<FileJournalOptions['durability']>): Prepare {
  return async ({ items: count }) => {
    const items = makeItems(count);
    const scratch = await makeScratch();
    const file = join(scratch.path, 'run.journal');
    let values: readonly Value[] = [];
    return {
      run: async () => {
        values = await mapItems(items, { journal: fileJournal(file, { durability }) });
        const { size } = statSync(file);
        return { figures: { 'file system': scratch.fileSystem, 'bytes/item': size / count } };
      },
      check: () => checkValues(items, values),
      close: () => scratch.remove(),
    };
  };
}

export const resumed: Prepare = async ({ items: count }) => {
  const items = makeItems(count);
  const scratch = await makeScratch();
  const file = join(scratch.path, 'run.journal');
  await mapItems(items, { journal: fileJournal(file, { durability: 'kill' }) });
  calls = 0;
  let values: readonly Value[] = [];
  return {
    run: async () => {
      values = await mapItems(items, { journal: fileJournal(file, { resume: 'require' }) });
      return { figures: { 'file system': scratch.fileSystem } };
    },
    check: () => {
      if (calls > 0) throw new Error(`${calls} items were run again`);
      checkValues(items, values);
    },
    close: () => scratch.remove(),
  };
};

/** How often the task was called. */
let calls = 0;

async function describe(item: string): Promise<Value> {
  calls++;
  return { item, length: item.length };
}

function mapItems(items: readonly string[], options: RunOptions<string>): Promise<Value[]> {
  return map(items, describe, { concurrency: CONCURRENCY, ...options });
}

function makeItems(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `folder/file-${index}.txt`);
}

function checkValues(items: readonly string[], values: readonly Value[]): void {
  if (values.length !== items.length) throw new Error(`${values.length} values`);
  items.forEach((item, index) => {
    const value = values[index];
    if (value?.item !== item || value.length !== item.length)
      throw new Error(`wrong value at ${index}`);
  });
}
