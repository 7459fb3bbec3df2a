import type { RouterFact, RouterState } from '../model/router.js';

/** Pause after the first failed reading, in milliseconds. Each further failure doubles it, up to LONGEST_PAUSE_MS. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 4000;

export type UnknownRouter = Extract<RouterFact<RouterState>, { known: false }>;

/** Reads a router repeatedly, with pauses after failures, because each reading of a router that hangs takes the whole timeout. */
export class PausingReader {
  private pauseMs = 0;
  private resumeAt = 0;
  private last: UnknownRouter | undefined;

  /**
   * @param read reads the router's state
   * @param unknown turns an error of `read` into the reason why the router's state is unknown; rethrows unrelated errors
   */
  constructor(
    private readonly read: (network: boolean, signal: AbortSignal) => Promise<RouterState>,
    private readonly unknown: (error: unknown) => UnknownRouter,
  ) {}

  /** The router's state now. During a pause: the reason why the last reading failed. */
  async state(network: boolean, signal: AbortSignal): Promise<RouterFact<RouterState>> {
    if (this.last && Date.now() < this.resumeAt) return this.last;
    try {
      const value = await this.read(network, signal);
      this.pauseMs = 0;
      return { known: true, value };
    } catch (error) {
      const fact = this.unknown(error);
      // No pause if no router is running: this is found out without waiting for a timeout.
      this.pauseMs = fact.running === false ? 0 : Math.min(this.pauseMs * 2 || FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
      this.resumeAt = Date.now() + this.pauseMs;
      this.last = fact;
      return fact;
    }
  }
}
