import { statSync } from 'node:fs';
import { OptionError } from 'atonce';
import { mostAtOnce } from '../runs/jobs-range.ts';
import type { CommandRequest } from './request.ts';

/**
 * Refuses what cannot be meant.
 *
 * @throws OptionError naming the option.
 */
export function checkRequest(request: CommandRequest): void {
  const { timeoutMs, graceMs, retries, output, keepOrder, tag, cwd } = request;
  const jobs = mostAtOnce(request.jobs);
  if (jobs !== Infinity && !isInteger(jobs, 1)) {
    throw refused('jobs', 'an integer from 1 and up or `Infinity`', jobs);
  }
  if (!isInteger(retries, 0)) throw refused('retries', 'an integer from 0 and up', retries);
  if (!(graceMs >= 0 && graceMs < Infinity)) throw refused('graceMs', 'milliseconds', graceMs);
  if (typeof timeoutMs === 'number' && !(timeoutMs > 0 && timeoutMs < Infinity)) {
    throw refused('timeoutMs', 'more than 0 milliseconds, or null for no limit', timeoutMs);
  }
  checkHalt(request);
  if (keepOrder && output !== 'group') {
    throw new OptionError('keepOrder', `\`keepOrder\` needs grouped output, not \`${output}\``);
  }
  if (tag && output === 'raw') {
    throw new OptionError('tag', '`tag` marks lines, and raw output has none');
  }
  if (cwd !== undefined && statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new OptionError('cwd', `The folder ${cwd} does not exist`);
  }
}

function checkHalt({ halt }: CommandRequest): void {
  if (halt.when === 'never') return;
  if ('failures' in halt) {
    if (!isInteger(halt.failures, 1)) {
      throw refused('halt', 'an integer from 1 and up', halt.failures);
    }
    return;
  }
  const { failurePercent } = halt;
  if (!(failurePercent > 0 && failurePercent <= 100)) {
    throw refused('halt', 'more than 0 and at most 100 percent', failurePercent);
  }
}

function isInteger(value: unknown, min: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= min;
}

function refused(option: string, expected: string, value: unknown): OptionError {
  return new OptionError(option, `Expected \`${option}\` to be ${expected}, got ${String(value)}`);
}
