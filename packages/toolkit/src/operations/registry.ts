import { completionOperation } from './completion.ts';
import { configOperation } from './config.ts';
import { doctorOperation } from './doctor.ts';
import type { AnyOperation } from './operation.ts';
import { runOperation } from './run.ts';

/** Every verb, in the order in which help lists them. */
export const operations: readonly AnyOperation[] = [
  runOperation,
  configOperation,
  doctorOperation,
  completionOperation,
];

/** The verb of this name, or undefined. */
export function findOperation(name: string): AnyOperation | undefined {
  return operations.find((operation) => operation.name === name);
}
