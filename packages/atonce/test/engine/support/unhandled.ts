import { afterEach, expect } from 'vitest';
import { turn } from './turn.ts';

/** Imported by every test of the engine: no path may leave a rejection that nobody handles. */
const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));

afterEach(async () => {
  await turn();
  expect(unhandled.splice(0)).toEqual([]);
});
