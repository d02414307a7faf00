/** How a process ended, as its parent tells it. */
export type ProcessEnd =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  | { readonly kind: 'not-found' | 'not-executable' | 'spawn-failed'; readonly message: string }
  | { readonly kind: 'cancelled' };

/** A process that ended by itself: with a code, or by a signal somebody sent. */
export function naturalEnd(code: number | null, signal: string | null): ProcessEnd {
  return signal === null ? { kind: 'exit', code: code ?? 0 } : { kind: 'signal', signal };
}
