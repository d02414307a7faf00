/**
 * One requirement of a contract, for any test framework:
 * `for (const { name, run } of limitContract(makeLimit)) test(name, run);`
 */
export interface ContractCase {
  /** A sentence on the behaviour that is required. */
  readonly name: string;
  /** Throws or rejects with an `AssertionError` when the behaviour is not there. */
  readonly run: () => Promise<void>;
}
