import { availableCores } from '../engine/available-cores.ts';

let known: number | undefined;

/** Cores this process may really use. Looked up once: reading the quotas takes longer than many a decision. */
export function cores(): number {
  known ??= availableCores();
  return known;
}
