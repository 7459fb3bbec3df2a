import { Failure } from '../../model/failure.js';

type Work = <T>(work: () => Promise<T>) => Promise<T>;
type Talk = <T>(work: (over: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * Gives programs access to the terminal, such as a credential plugin that asks for a password. A live screen that uses the
 * terminal is suspended meanwhile.
 */
export class Conversation {
  /** True while a live screen uses the terminal. */
  held = false;
  private around: Work = (work) => work();
  private before: Promise<unknown> = Promise.resolve();
  private readonly over = new AbortController();

  /** @param signal ends the conversation, so that no program prompts after Ctrl-C */
  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.end());
  }

  /**
   * Runs `work` while it can use the terminal. Several calls run one after the other, as only one prompt can be answered at a
   * time. `work` gets a signal that aborts when the program is about to end.
   *
   * @throws Failure `interrupted` when the conversation is over
   */
  readonly talk: Talk = (work) => {
    const { signal } = this.over;
    const done = this.before.then(() => {
      if (signal.aborted) throw new Failure('interrupted', 'interrupted');
      return this.around(() => work(signal));
    });
    this.before = done.catch(() => undefined);
    return done;
  };

  /** Ends the conversation: aborts the signal of running work and refuses new work. */
  end(): void {
    this.over.abort();
  }

  /**
   * Sets a wrapper for all work from now on, which frees the terminal before the work and takes it back afterwards.
   *
   * @returns a function that removes the wrapper
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
