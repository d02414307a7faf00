// Reads the command line.
import { parseArgs } from 'node:util';

export class UsageError extends Error {}

const usage = 'usage: npm run demo -- [--fresh] [--limit FILES] [--output FOLDER]';

/** @throws UsageError with one line for people. */
export function readArguments(words) {
  const { fresh, limit, output } = parse(words);
  if (limit !== undefined && !/^[1-9]\d{0,5}$/.test(limit)) {
    throw new UsageError(`--limit must be a whole number from 1, got ${JSON.stringify(limit)}`);
  }
  return { fresh, limit: limit === undefined ? Infinity : Number(limit), folder: output };
}

function parse(args) {
  try {
    const options = {
      fresh: { type: 'boolean', default: false },
      limit: { type: 'string' },
      output: { type: 'string', default: 'demo-output' },
    };
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(`${error.message}\n${usage}`);
  }
}
