import { AtonceError } from 'atonce';
import type { CommandItem } from '../item.ts';
import { fillScript, placeInScript, type ScriptPart } from './shell-script.ts';
import { shellQuote } from './shell-quote.ts';
import type { CommandTemplate } from './template.ts';
import { type FillFacts, valuesOf } from './values.ts';

/** A command for one item. */
export interface FilledCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** As a person would type it, quoted. */
  readonly command: string;
}

/** Fills a template for one item and slot. */
export type FillTemplate = (facts: FillFacts) => FilledCommand;

/**
 * Makes the function that fills a template.
 *
 * The function throws AtonceError `E_OPTION` for an item that cannot be filled in: a missing column,
 * a NUL byte, or whatever the item's own `problem` says.
 *
 * @throws OptionError for a place of a shell script that cannot hold a value.
 */
export function templateFiller(template: CommandTemplate): FillTemplate {
  const fill = template.shell ? shellFiller(template) : wordFiller(template);
  return (facts) => {
    refuseProblem(facts.item);
    return fill(facts);
  };
}

function shellFiller({ words }: CommandTemplate): FillTemplate {
  const parts: readonly ScriptPart[] = placeInScript(words.flat());
  return (facts) => {
    const filled = fillScript(parts, (placeholder) => valuesOf(placeholder, facts));
    const args = ['-c', filled.script, 'sh', ...filled.values];
    return { file: '/bin/sh', args, command: filled.display };
  };
}

function wordFiller({ words }: CommandTemplate): FillTemplate {
  return (facts) => {
    const filled = words.flatMap((parts) => {
      const [only] = parts;
      // A word that is nothing but `{}` becomes one word per column; elsewhere they are joined.
      if (parts.length === 1 && only !== undefined && typeof only !== 'string') {
        return valuesOf(only, facts);
      }
      const texts = parts.map((part) =>
        typeof part === 'string' ? part : valuesOf(part, facts).join(' '),
      );
      return [texts.join('')];
    });
    const [file = '', ...args] = filled;
    if (file === '') throw new AtonceError('E_OPTION', "the command's name is empty");
    return { file, args, command: filled.map(shellQuote).join(' ') };
  };
}

function refuseProblem({ problem, columns }: CommandItem): void {
  if (problem !== undefined) throw new AtonceError('E_OPTION', problem);
  if (columns.some((column) => column.includes('\0'))) {
    throw new AtonceError('E_OPTION', 'the item holds a NUL byte, which no argument can');
  }
}
