/** A value as it stands in a file or a JSON document. */
export type Plain = boolean | number | string;

/** What editors check a value with: the part of JSON Schema that settings need. */
export interface ValueSchema {
  readonly type?: 'boolean' | 'integer' | 'number' | 'string';
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly anyOf?: readonly ValueSchema[];
}

/** One setting: everything that reading, writing, help, reference and JSON Schema need. */
export interface Setting<T> {
  /** One sentence or two, starting with a capital letter. */
  readonly doc: string;
  /** What the value must be, as the middle of a sentence. */
  readonly expected: string;
  readonly defaultValue: T;
  /** The value meant by a text of the command line or the environment, or undefined when it means none. */
  readonly fromText: (text: string) => T | undefined;
  /** The value meant by what a file holds, where texts, numbers and truth values differ. */
  readonly fromPlain: (plain: Plain) => T | undefined;
  /** The value as it is written into a file; both readers understand it. */
  readonly toPlain: (value: T) => Plain;
  readonly schema: ValueSchema;
}

/** A setting for each field. */
export type SettingTable<Values> = { readonly [Name in keyof Values]-?: Setting<Values[Name]> };

/** The environment variable that sets it: `cache.ttlSeconds` is `ATONCE_CACHE_TTL_SECONDS`. */
export function variableOf(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => `_${letter}`).replace(/[. ]/g, '_');
  return `ATONCE_${words.toUpperCase()}`;
}
