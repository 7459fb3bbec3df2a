type Work = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Lets something talk to the person at the terminal, as a credential plugin that asks for a password. Whoever holds the terminal
 * meanwhile (a live screen) is asked to step aside.
 */
export class Conversation {
  /** Somebody holds the terminal. */
  held = false;
  private around: Work = (work) => work();
  private before: Promise<unknown> = Promise.resolve();

  /** Runs the work while the terminal is free for it: one after the other, for there is one person to answer. */
  readonly talk: Work = (work) => {
    const done = this.before.then(() => this.around(work));
    this.before = done.catch(() => undefined);
    return done;
  };

  /**
   * From now on `around` runs each piece of work: it frees the terminal before and takes it back afterwards.
   *
   * @returns ends that
   */
  hold(around: Work): () => void {
    this.around = around;
    this.held = true;
    return () => {
      this.held = false;
      this.around = (work) => work();
    };
  }
}
