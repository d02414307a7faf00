/** What the one JSON document of `--json` says, beside what follows from it. */
export interface Envelope {
  /** The verb; null when the command line did not get so far. */
  readonly command: string | null;
  readonly exitCode: number;
  readonly data: unknown;
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  readonly durationMs: number;
}

/** Grows when a field changes its meaning or goes; new fields leave it as it is. */
const SCHEMA_VERSION = 1;

/** The document as text. */
export function envelope(content: Envelope): string {
  const { command, exitCode, data, warnings, errors, durationMs } = content;
  const document = {
    schemaVersion: SCHEMA_VERSION,
    command,
    ok: exitCode === 0,
    exitCode,
    data,
    warnings,
    errors,
    durationMs: Math.round(durationMs),
  };
  return `${JSON.stringify(document)}\n`;
}
