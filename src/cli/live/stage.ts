import process from 'node:process';
import type { Context } from '../context.js';
import type { KeyPress } from './key-decoder.js';
import { readKeys } from './keys.js';
import type { Screen } from './screen.js';

interface Handlers {
  press(key: KeyPress): void;
  /** Called when the screen is empty because it has just been opened, and when its size has changed. */
  redraw(): void;
}

/**
 * The terminal of a live view: opens and closes the screen and the key input together. Both are closed while a credential
 * plugin prompts and while the program is suspended (Ctrl-Z), and opened again afterwards.
 */
export class Stage {
  private releaseKeys: (() => void) | undefined;
  private endHold: () => void = () => undefined;

  constructor(
    private readonly context: Context,
    private readonly screen: Screen,
    private readonly handlers: Handlers,
  ) {}

  /** Opens the screen and the key input. */
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

  /** Closes both for good; the last frame stays in the scroll-back. */
  close(last: readonly string[]): void {
    process.off('SIGTSTP', this.stopped);
    process.off('SIGCONT', this.continued);
    process.stdout.off('resize', this.handlers.redraw);
    this.endHold();
    this.leave(last);
  }

  private enter(): void {
    // Keys first: for a background process raw mode stops the program here, before it draws over the screen.
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

  /** Handles a SIGTSTP that another process has sent. */
  private readonly stopped = (): void => this.suspend(process.pid);

  /** Handles SIGCONT after a SIGSTOP: meanwhile the shell has changed the terminal's modes and written to the screen. */
  private readonly continued = (): void => {
    if (this.releaseKeys === undefined) return;
    this.leave();
    this.enter();
  };

  /**
   * Suspends the program as Ctrl-Z does without raw mode, and continues here. The system ignores SIGTSTP if there is no shell
   * that could continue the program (an orphaned process group).
   *
   * @param target the process id, or 0 for its process group, such as a script that runs the program
   */
  private suspend(target: number): void {
    const wasOpen = this.releaseKeys !== undefined;
    if (wasOpen) this.leave();
    process.off('SIGTSTP', this.stopped);
    process.off('SIGCONT', this.continued);
    process.kill(target, 'SIGTSTP');
    process.on('SIGTSTP', this.stopped);
    process.on('SIGCONT', this.continued);
    if (wasOpen) this.enter();
  }
}
