/** What came of trying to take a lock. */
export type LockAttempt =
  | { readonly ok: true; readonly release: () => Promise<void> }
  /** `pid` is undefined when the holder could not be found out. */
  | { readonly ok: false; readonly pid: number | undefined };

/** One operating system's way of holding a name that the kernel frees when its holder dies. */
export type LockMethod = (name: string) => Promise<LockAttempt>;
