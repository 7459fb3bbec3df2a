/** A signal that aborts with the other one or after that time; `clear` must be called in the end. */
export function boundedBy(signal: AbortSignal, timeoutMs: number): { signal: AbortSignal; clear(): void } {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), timeoutMs);
  // Node 20 collects a timeout signal that only AbortSignal.any knows, hence a timer of our own.
  return { signal: AbortSignal.any([signal, over.signal]), clear: () => clearTimeout(timer) };
}
