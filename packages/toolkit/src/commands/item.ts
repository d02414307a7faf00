/** One input of a command run: what the replacement strings are filled from. */
export interface CommandItem {
  /** `{1} {2} ...`: one entry per input source or column; `{}` is all of them joined by a space. */
  readonly columns: readonly string[];
  /** `{name}` for sources with a header line; a Map-like record without prototype. */
  readonly named?: Readonly<Record<string, string>>;
  /** Why this item cannot be run, for instance that it was not valid UTF-8: its job fails with it. */
  readonly problem?: string;
}
