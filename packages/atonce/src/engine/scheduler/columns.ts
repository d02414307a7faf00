/** Numbers of one kind, one for each task or each need. */
type Column = Float64Array | Int32Array | Uint8Array;

/**
 * The column with room for `size` numbers at least. It grows by doubling, so that adding one by one
 * stays cheap; typed arrays, because a garbage collector has nothing to look for in them.
 */
export function roomFor<C extends Column>(column: C, size: number): C {
  if (size <= column.length) return column;
  const Kind = column.constructor as new (length: number) => C;
  const grown = new Kind(Math.max(size, 2 * column.length));
  grown.set(column);
  return grown;
}
