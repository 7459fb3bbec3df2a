import process from 'node:process';
import type { Context } from '../context.js';
import type { KeyPress } from './key-decoder.js';
import { readKeys } from './keys.js';
import type { Screen } from './screen.js';

interface Handlers {
  press(key: KeyPress): void;
  /** The screen is empty, for the terminal was taken, perhaps again; or its size has changed. */
  redraw(): void;
}

/**
 * The terminal of a live view: its screen and its keys, taken and given back together. It steps aside for a credential plugin
 * that talks to the person, and for the shell (Ctrl-Z), and comes back afterwards.
 */
export class Stage {
  private releaseKeys: (() => void) | undefined;
  private endHold: () => void = () => undefined;

  constructor(
    private readonly context: Context,
    private readonly screen: Screen,
    private readonly handlers: Handlers,
  ) {}

  /** Takes the terminal. */
  open(): void {
    this.endHold = this.context.conversation.hold(async (work) => {
      this.leave();
      try {
        return await work();
      } finally {
        this.enter();
      }
    });
    process.on('SIGTSTP', this.stopped);
    process.on('SIGCONT', this.continued);
    process.stdout.on('resize', this.handlers.redraw);
    this.enter();
  }

  /** Gives the terminal back for good, with the last frame left in the scroll-back. */
  close(last: readonly string[]): void {
    process.off('SIGTSTP', this.stopped);
    process.off('SIGCONT', this.continued);
    process.stdout.off('resize', this.handlers.redraw);
    this.endHold();
    this.leave(last);
  }

  private enter(): void {
    // The keys first: in the background this stops the program, before anything is drawn over what stands there.
    this.releaseKeys ??= readKeys(this.context.io, (key) => {
      if (key.ctrl && key.name === 'z') this.suspend(0);
      else this.handlers.press(key);
    });
    this.screen.open();
    this.handlers.redraw();
  }

  private leave(last: readonly string[] = []): void {
    this.releaseKeys?.();
    this.releaseKeys = undefined;
    this.screen.close(last);
  }

  /** SIGTSTP that came from elsewhere. */
  private readonly stopped = (): void => this.suspend(process.pid);

  /** Stopped by SIGSTOP before this, and the shell set the terminal's modes and drew on its screen meanwhile. */
  private readonly continued = (): void => {
    if (this.releaseKeys === undefined) return;
    this.leave();
    this.enter();
  };

  /**
   * Stops the program as the terminal does outside of raw mode; it goes on from here. Without a shell that could continue it the
   * system does not stop it.
   *
   * @param target the process, or 0 for all of its group, such as a script around it
   */
  private suspend(target: number): void {
    const held = this.releaseKeys !== undefined;
    if (held) this.leave();
    process.off('SIGTSTP', this.stopped);
    process.off('SIGCONT', this.continued);
    process.kill(target, 'SIGTSTP');
    process.on('SIGTSTP', this.stopped);
    process.on('SIGCONT', this.continued);
    if (held) this.enter();
  }
}
