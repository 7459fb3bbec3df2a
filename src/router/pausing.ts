import type { RouterFact, RouterState } from '../model/router.js';

/** After a failure that took time a router is left alone for so long, doubled each time, in milliseconds. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 4000;

export type UnknownRouter = Extract<RouterFact<RouterState>, { known: false }>;

/** A router that is asked again and again: one that is stuck takes its time every time, so it gets pauses. */
export class PausingReader {
  private pauseMs = 0;
  private resumeAt = 0;
  private last: UnknownRouter | undefined;

  /**
   * @param read asks the router
   * @param unknown what an error of `read` says of the router; throws one that is none of the router's
   */
  constructor(
    private readonly read: (network: boolean, signal: AbortSignal) => Promise<RouterState>,
    private readonly unknown: (error: unknown) => UnknownRouter,
  ) {}

  /** What the router says now, or during a pause why it could not be asked before it. */
  async state(network: boolean, signal: AbortSignal): Promise<RouterFact<RouterState>> {
    if (this.last && Date.now() < this.resumeAt) return this.last;
    try {
      const value = await this.read(network, signal);
      this.pauseMs = 0;
      return { known: true, value };
    } catch (error) {
      const fact = this.unknown(error);
      // Whether a router runs is told at once, so it costs nothing to ask again.
      this.pauseMs = fact.running === false ? 0 : Math.min(this.pauseMs * 2 || FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
      this.resumeAt = Date.now() + this.pauseMs;
      this.last = fact;
      return fact;
    }
  }
}
