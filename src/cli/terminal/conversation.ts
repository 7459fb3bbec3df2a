import { Failure } from '../../model/failure.js';

type Work = <T>(work: () => Promise<T>) => Promise<T>;
type Talk = <T>(work: (over: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * Lets something talk to the person at the terminal, as a credential plugin that asks for a password. Whoever holds the terminal
 * meanwhile (a live screen) is asked to step aside.
 */
export class Conversation {
  /** Somebody holds the terminal. */
  held = false;
  private around: Work = (work) => work();
  private before: Promise<unknown> = Promise.resolve();
  private readonly over = new AbortController();

  /** @param signal ends it: nobody is asked for anything after Ctrl-C */
  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.end());
  }

  /**
   * Runs the work while the terminal is free for it: one after the other, for there is one person to answer. The work gets a
   * signal that aborts when the program is about to end.
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

  /** Ends it: whatever still talks is told to end. */
  end(): void {
    this.over.abort();
  }

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
