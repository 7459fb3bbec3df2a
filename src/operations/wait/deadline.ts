/** A signal that also aborts after some time; the time can be cut short for a while. */
export interface Deadline {
  signal: AbortSignal;
  /** The whole time is over (not: only the shortened one). */
  expired(): boolean;
  /** Abort already in that many milliseconds, unless restored before. */
  shorten(ms: number): void;
  restore(): void;
  /** Stops the clock, and aborts what still listens to the signal. */
  clear(): void;
}

/** Starts the clock of a deadline; `clear` must be called in the end. */
export function deadline(signal: AbortSignal, timeoutMs: number): Deadline {
  const whole = new AbortController();
  const short = new AbortController();
  const ended = new AbortController();
  let shortTimer: NodeJS.Timeout | undefined;
  // Timers longer than this fire at once.
  const timer = setTimeout(() => whole.abort(), Math.min(timeoutMs, 2 ** 31 - 1));
  const restore = (): void => {
    clearTimeout(shortTimer);
    shortTimer = undefined;
  };
  return {
    signal: AbortSignal.any([signal, whole.signal, short.signal, ended.signal]),
    expired: () => whole.signal.aborted,
    shorten: (ms) => {
      shortTimer ??= setTimeout(() => short.abort(), Math.max(0, ms));
    },
    restore,
    clear: () => {
      clearTimeout(timer);
      restore();
      ended.abort();
    },
  };
}
