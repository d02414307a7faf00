import { createHash } from 'node:crypto';
import type { Json, JournalPlan } from '../../engine/journal.ts';
import { stableKey } from '../../kernel/stable-key.ts';
import { strictJson } from '../../kernel/strict-json.ts';

/** A plan as a journal keeps it: only a hash of the code. */
export interface StoredPlan {
  readonly task: string;
  /** SHA-256 of the plan's code, in hex. */
  readonly codeHash: string;
  readonly options: Readonly<Record<string, Json>>;
}

/** Longer values are cut in messages. */
const SHOWN_LENGTH = 80;

/**
 * Prepares a plan for a journal. Options that are `undefined` count as not given.
 *
 * @throws AtonceError `E_UNSERIALISABLE` for an option that JSON cannot keep.
 */
export function storedPlan(plan: JournalPlan): StoredPlan {
  const given = Object.entries(plan.options).filter(([, value]) => value !== undefined);
  const codeHash = createHash('sha256').update(plan.code).digest('hex');
  const stored = { task: plan.task, codeHash, options: Object.fromEntries(given) };
  return JSON.parse(strictJson(stored, 'plan')) as StoredPlan;
}

/** Each difference of two plans as `what: was → is`; empty when a run may go on. */
export function planDifferences(was: StoredPlan, is: StoredPlan): string[] {
  const differences: string[] = [];
  if (was.task !== is.task) differences.push(`task: ${shown(was.task)} → ${shown(is.task)}`);
  if (was.codeHash !== is.codeHash) {
    differences.push(`code: ${was.codeHash.slice(0, 12)} → ${is.codeHash.slice(0, 12)} (SHA-256)`);
  }
  const names = new Set([...Object.keys(was.options), ...Object.keys(is.options)]);
  for (const name of [...names].sort()) {
    const [before, now] = [own(was.options, name), own(is.options, name)];
    if (stableKey(before) === stableKey(now)) continue;
    differences.push(`option ${name}: ${shown(before)} → ${shown(now)}`);
  }
  return differences;
}

function own(options: StoredPlan['options'], name: string): Json | undefined {
  return Object.hasOwn(options, name) ? options[name] : undefined;
}

function shown(value: Json | undefined): string {
  if (value === undefined) return 'not set';
  const text = JSON.stringify(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH - 3)}...` : text;
}
