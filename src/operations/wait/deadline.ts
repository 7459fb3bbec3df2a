/** A signal that also aborts after a timeout, which can be shortened temporarily. */
export interface Deadline {
  signal: AbortSignal;
  /** True once the full timeout is over; a shortened timeout does not count. */
  expired(): boolean;
  /** Aborts in `ms` milliseconds unless `restore` is called first. Has no effect while the timeout is already shortened. */
  shorten(ms: number): void;
  /** Undoes `shorten`. */
  restore(): void;
  /** Stops the timers, and aborts the signal so that pending operations end. */
  clear(): void;
}

/** Starts a deadline of `timeoutMs` milliseconds that also aborts with `signal`. The caller must call `clear` in the end. */
export function deadline(signal: AbortSignal, timeoutMs: number): Deadline {
  const whole = new AbortController();
  const short = new AbortController();
  const ended = new AbortController();
  let shortTimer: NodeJS.Timeout | undefined;
  // Node fires timers with a longer delay at once.
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
