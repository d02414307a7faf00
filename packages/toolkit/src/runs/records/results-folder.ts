import { createHash } from 'node:crypto';
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AtonceError } from 'atonce';
import { systemMessage } from '../system-message.ts';
import { makeFolder } from './make-folder.ts';

/** Longest name of a folder, in bytes; file systems take 255. */
const LONGEST_NAME_BYTES = 200;

/** What the folder of a job is named after. */
interface KeptItem {
  readonly columns: readonly string[];
  /** By the names of columns, which win over numbers. */
  readonly named?: Readonly<Record<string, string>>;
}

/** Files that keep one job's output. */
export interface KeptFiles {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Keeps jobs' output in files, in GNU parallel's layout: `FOLDER/1/a/2/b/{stdout,stderr,seq}`, with
 * column names instead of numbers where there is a header. Equal items get folders of their own.
 */
export class ResultsFolder {
  readonly #root: string;
  readonly #resumes: boolean;
  readonly #taken = new Set<string>();

  /** @throws AtonceError `E_FILE` when there can be no such folder. */
  constructor(root: string, resumes: boolean) {
    this.#root = root;
    this.#resumes = resumes;
    try {
      makeFolder(root);
      accessSync(root, constants.W_OK);
    } catch (error) {
      throw new AtonceError('E_FILE', systemMessage('the folder for results', error), {
        cause: error,
      });
    }
  }

  /**
   * Makes the folder of a job.
   *
   * @throws the system's error when that cannot be done.
   */
  open(item: KeptItem, sequence: number): KeptFiles {
    const folder = this.#folderOf(item, sequence);
    makeFolder(folder);
    writeFileSync(join(folder, 'seq'), String(sequence));
    return filesIn(folder);
  }

  /** The files an earlier run kept of this very job; undefined when there are none. */
  find(item: KeptItem, sequence: number): KeptFiles | undefined {
    const plain = this.#path(item);
    for (const folder of [plain, twin(plain, sequence)]) {
      if (ownerOf(folder) !== sequence) continue;
      this.#taken.add(folder);
      return filesIn(folder);
    }
    return undefined;
  }

  #folderOf(item: KeptItem, sequence: number): string {
    const plain = this.#path(item);
    const owner = this.#resumes ? ownerOf(plain) : undefined;
    const isTaken = this.#taken.has(plain) || (owner !== undefined && owner !== sequence);
    this.#taken.add(plain);
    return isTaken ? twin(plain, sequence) : plain;
  }

  #path({ columns, named }: KeptItem): string {
    const pairs =
      named === undefined
        ? columns.map((value, at) => [String(at + 1), value] as const)
        : Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1));
    return join(this.#root, ...pairs.flatMap(([name, value]) => [safeName(name), safeName(value)]));
  }
}

/** Where the second of two equal items goes. Backslashes of items are doubled, so none has this name. */
function twin(folder: string, sequence: number): string {
  return `${folder}\\#${sequence}`;
}

function filesIn(folder: string): KeptFiles {
  return { stdout: join(folder, 'stdout'), stderr: join(folder, 'stderr') };
}

function ownerOf(folder: string): number | undefined {
  try {
    return Number(readFileSync(join(folder, 'seq'), 'utf8'));
  } catch {
    // No such folder yet.
    return undefined;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '/': '\\_',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
};

/** A text as the name of one folder: never a path, never empty, at most 200 bytes, different for different texts. */
export function safeName(text: string): string {
  if (text === '') return '\\e';
  if (text === '.' || text === '..') return `\\${text}`;
  const escaped = text.replace(/[\\/\t\n\r\0]/g, (char) => ESCAPES[char] as string);
  const bytes = Buffer.from(escaped);
  if (bytes.length <= LONGEST_NAME_BYTES) return escaped;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 32);
  const kept = bytes.subarray(0, LONGEST_NAME_BYTES - hash.length - 2 - 3).toString('utf8');
  return `${kept.replace(/\uFFFD$/, '')}\\~${hash}`;
}
