/**
 * A signal that aborts when the given signal does, or after `timeoutMs` milliseconds, then with a DOMException named TimeoutError
 * as its reason. Call `clear` to stop the timer.
 */
export function boundedBy(signal: AbortSignal, timeoutMs: number): { signal: AbortSignal; clear(): void } {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new DOMException('timed out', 'TimeoutError')), timeoutMs);
  // Not AbortSignal.timeout: Node 20 garbage-collects such a signal, and it never fires, if only AbortSignal.any refers to it.
  return { signal: AbortSignal.any([signal, timeout.signal]), clear: () => clearTimeout(timer) };
}
