import { AtonceError } from 'atonce';
import type { CommandItem } from '../item.ts';
import { applyEdit, type Placeholder } from './placeholder.ts';

/** What replacement strings are filled from. */
export interface FillFacts {
  readonly item: CommandItem;
  readonly sequence: number;
  readonly slot: number;
}

/**
 * The values of a replacement string: several for `{}` with several columns, otherwise one.
 *
 * @throws AtonceError `E_OPTION` when the item has no such column.
 */
export function valuesOf(placeholder: Placeholder, facts: FillFacts): readonly string[] {
  const { of, edit } = placeholder;
  if (of === 'sequence') return [String(facts.sequence)];
  if (of === 'slot') return [String(facts.slot)];
  const { columns, named } = facts.item;
  if (of === 'all') return columns.map((value) => applyEdit(value, edit));
  const value = 'name' in of ? named?.[of.name] : columnOf(columns, of.column);
  if (value === undefined) {
    const count = `${columns.length} column${columns.length === 1 ? '' : 's'}`;
    throw new AtonceError('E_OPTION', `${placeholder.text} asks for more than the item's ${count}`);
  }
  return [applyEdit(value, edit)];
}

function columnOf(columns: readonly string[], column: number): string | undefined {
  return column > 0 ? columns[column - 1] : columns.at(column);
}
