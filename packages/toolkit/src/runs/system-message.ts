/** One line for a failure of the system: its code and what it concerned. */
export function systemMessage(what: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return `${what}: ${code === 'ENOSPC' ? 'no space left on the device (ENOSPC)' : (message ?? String(error))}`;
}
