import type { Json, Priority } from 'atonce';
import type { Position } from '../config/yaml/position.ts';
import type { Jobs } from '../config/values/jobs.ts';
import type { TimeLimit } from '../config/values/time-limit.ts';
import type { Condition } from './condition/condition.ts';

/** What a plan file says: tasks that need each other. */
export interface Plan {
  /** The file, as it was named. */
  readonly file: string;
  /** Absolute; relative paths of tasks are meant from here. */
  readonly folder: string;
  /** How many tasks run at once; undefined leaves it to the settings. */
  readonly concurrency: Jobs | undefined;
  /** Capacities by name, those of the settings not included. */
  readonly pools: ReadonlyMap<string, number | 'cores'>;
  /** In the order of the file. */
  readonly tasks: readonly PlanTask[];
}

/** What a task does. */
export type Work =
  /** A program and its arguments; no shell reads them. */
  | { readonly kind: 'command'; readonly words: readonly string[] }
  /** Text for `/bin/sh -c`. */
  | { readonly kind: 'script'; readonly script: string }
  /** An exported function of a module. */
  | {
      readonly kind: 'function';
      /** As it was written. */
      readonly name: string;
      readonly url: string;
      readonly exportName: string;
      readonly input: Json;
    }
  /** Nothing: a name for what it needs. */
  | { readonly kind: 'group' };

/** A value of a task, and whether the task itself gives it rather than `defaults`. */
export interface Given<T> {
  readonly value: T;
  readonly own: boolean;
}

/** One task of a plan. */
export interface PlanTask {
  readonly name: string;
  /** Where its name stands in the file. */
  readonly place: Position;
  readonly work: Work;
  readonly needs: readonly string[];
  readonly priority: Priority | undefined;
  readonly pool: string | undefined;
  /** Slots it takes while it runs. */
  readonly weight: number;
  /** Time limit of each attempt. */
  readonly timeout: Given<TimeLimit> | undefined;
  /** Tries after the first. */
  readonly retries: Given<number> | undefined;
  /** Variables beside those of the command itself; undefined takes one away. */
  readonly env: ReadonlyMap<string, string | undefined>;
  /** Relative to the plan's folder; undefined is that folder. */
  readonly cwd: string | undefined;
  readonly when: Condition;
  /** Its failure counts as success for the run and for what needs it. */
  readonly allowFailure: boolean;
  readonly estimateMs: number | undefined;
}
