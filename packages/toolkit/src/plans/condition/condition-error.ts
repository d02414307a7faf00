/** A condition that cannot be understood. Becomes a problem of its plan. */
export class ConditionError extends Error {
  readonly code = 'E_CONDITION';
  /** Of the character, from 1. */
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.name = 'ConditionError';
    this.at = at;
  }
}
