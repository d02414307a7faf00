/** A quarter of a megabyte copied in and out for little computing. */
export function items(count: number): Float64Array[] {
  return Array.from({ length: count }, (_, seed) =>
    Float64Array.from({ length: 32_768 }, (_unused, index) => index + seed),
  );
}

export function run(values: Float64Array): Float64Array {
  const smooth = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++)
    smooth[index] = Math.sqrt(values[index] as number) * Math.sin(index);
  return smooth;
}
