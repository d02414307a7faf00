import { isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { nearest } from '../../report/nearest.ts';
import { MOST_PROBLEMS, type Problem } from '../problem.ts';
import type { Plain } from '../setting.ts';
import {
  isSettingName,
  settingGroups,
  type SettingName,
  settingNames,
  settingOf,
} from '../settings.ts';
import { offsetOf } from '../yaml/inspect-yaml.ts';
import { type ParsedYaml, parseYaml } from '../yaml/parse-yaml.ts';
import type { SettingsFile } from './find-files.ts';
import type { Entry, Reading } from './reading.ts';

/** A file and how people should see its path. */
export interface NamedFile extends SettingsFile {
  readonly shown: string;
}

/** The settings of a file's text, and all that is wrong in it. */
export function readSettings(text: string, file: NamedFile): Reading {
  const parsed = parseYaml(text);
  if (parsed.problems.length > 0) {
    const problems = parsed.problems.map((problem): Problem => ({
      ...problem,
      source: file.shown,
      setting: undefined,
    }));
    return { entries: new Map(), problems };
  }
  const reader = new SettingsReader(parsed, file);
  reader.readGroup(parsed.document.contents, '');
  return reader;
}

class SettingsReader implements Reading {
  readonly entries = new Map<SettingName, Entry>();
  readonly problems: Problem[] = [];
  readonly #parsed: ParsedYaml;
  readonly #file: NamedFile;

  constructor(parsed: ParsedYaml, file: NamedFile) {
    this.#parsed = parsed;
    this.#file = file;
  }

  /** Reads the mapping of a group; `''` is the whole file. */
  readGroup(node: unknown, group: string): void {
    const found = this.#followAlias(node);
    // A group of which every line is commented out, or an empty file.
    if (found === null || (isScalar(found) && found.value === null)) return;
    if (!isMap(found)) {
      const what = group === '' ? 'the file' : group;
      const message = `${what} must be a mapping of settings, got ${describe(found)}`;
      return this.#report(offsetOf(node as Node), message);
    }
    for (const pair of found.items) {
      if (this.problems.length >= MOST_PROBLEMS) return;
      this.#readPair(pair, group);
    }
  }

  #readPair({ key, value }: Pair, group: string): void {
    const { value: word, range } = key as { value: string; range?: readonly number[] };
    const name = group === '' ? word : `${group}.${word}`;
    // A dot would make one key look like a group and what is in it.
    if (!word.includes('.') && isSettingName(name)) this.#readValue(value, name);
    else if (Object.hasOwn(settingGroups, name) && !word.includes('.')) this.readGroup(value, name);
    else this.#report(range?.[0] ?? 0, `unknown setting ${unknownText(word, group)}`);
  }

  #readValue(node: unknown, name: SettingName): void {
    const { expected, fromPlain } = settingOf(name);
    const found = this.#followAlias(node);
    const offset = offsetOf(node as Node);
    const plain = isScalar(found) ? found.value : undefined;
    const value = isPlain(plain) ? fromPlain(plain) : undefined;
    if (value === undefined) {
      const message = `${name} must be ${expected}, got ${describe(found)}`;
      return this.#report(offset, message, name);
    }
    const { kind, path } = this.#file;
    const position = this.#parsed.positions.at(offset);
    this.entries.set(name, { value, origin: { kind, file: path, ...position } });
  }

  #followAlias(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#parsed.document) : node;
  }

  #report(offset: number, message: string, setting?: SettingName): void {
    const position = this.#parsed.positions.at(offset);
    this.problems.push({ source: this.#file.shown, ...position, setting, message });
  }
}

function isPlain(value: unknown): value is Plain {
  return ['boolean', 'number', 'string'].includes(typeof value);
}

/** What stands there, for messages. */
function describe(node: unknown): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node) || node.value === null) return 'nothing';
  if (typeof node.value === 'string') return JSON.stringify(shorten(node.value));
  return shorten(node.source ?? typeof node.value);
}

/** The unknown name and the one that was probably meant. */
function unknownText(word: string, group: string): string {
  const name = group === '' ? word : `${group}.${word}`;
  const meant = nearestName(word, group);
  return `${shorten(name) || '""'}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** In the same group, else wherever a setting of this name is, else by its full name. */
function nearestName(word: string, group: string): string | undefined {
  const prefix = group === '' ? '' : `${group}.`;
  const known = [...settingNames, ...Object.keys(settingGroups)];
  const here = known
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((rest) => !rest.includes('.'));
  const near = nearest(word.slice(0, 100), here);
  if (near !== undefined) return prefix + near;
  const elsewhere = known.find((name) => name.slice(name.lastIndexOf('.') + 1) === word);
  if (elsewhere !== undefined) return elsewhere;
  if (isSettingName(word)) return word.split('.').toReversed().join(' inside ');
  return nearest(word.slice(0, 100), known);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
