/** One record of an input source, before sources are combined. */
export interface Row {
  readonly columns: readonly string[];
  /** Why it cannot be used; its job fails with it and the others go on. */
  readonly problem?: string;
}

/** Records of one source, read as they are needed. */
export type Rows = Iterable<Row> | AsyncIterable<Row>;
