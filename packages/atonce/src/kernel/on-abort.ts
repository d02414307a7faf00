interface Listening {
  readonly listeners: Set<() => void>;
  readonly tell: () => void;
}

const listening = new WeakMap<AbortSignal, Listening>();

/**
 * Calls `listener` when `signal` is aborted, unless it was withdrawn by the returned function. The
 * signal itself gets one listener however many listen here: Node prints a warning of a memory leak
 * from the eleventh on, and a signal shared by many runs is no leak.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const { listeners } = listening.get(signal) ?? listen(signal);
  listeners.add(listener);
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) stopListening(signal);
  };
}

function listen(signal: AbortSignal): Listening {
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const started = { listeners, tell };
  listening.set(signal, started);
  signal.addEventListener('abort', tell);
  return started;
}

function stopListening(signal: AbortSignal): void {
  const stopped = listening.get(signal);
  if (stopped === undefined) return;
  listening.delete(signal);
  signal.removeEventListener('abort', stopped.tell);
}
