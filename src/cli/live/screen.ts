import { writeSync } from 'node:fs';
import process from 'node:process';

const OPEN = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const CLOSE = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l';
/** Terminals that know it show the frame at once; the others ignore it. */
const SYNC_ON = '\u001b[?2026h';
const SYNC_OFF = '\u001b[?2026l';

/**
 * The alternate screen of a terminal: whole frames drawn in place, no line left
 * over. Whatever way the program ends, the screen, the cursor and the wrap mode are put back.
 */
export class Screen {
  private opened = false;
  private readonly restore = (): void => this.leave();
  /**
   * As without a handler, after everything is put back. Not by way of `exit`: Node puts the terminal's mode back there, and aborts
   * where the terminal is gone.
   */
  private readonly hangUp = (): void => {
    this.leave();
    try {
      process.stdin.setRawMode(false);
    } catch {
      // The terminal is gone: it has no mode.
    }
    process.off('SIGHUP', this.hangUp);
    process.kill(process.pid, 'SIGHUP');
  };

  constructor(private readonly stream: NodeJS.WriteStream) {}

  get size(): { width: number; height: number } {
    return { width: this.stream.columns || 80, height: this.stream.rows || 24 };
  }

  open(): void {
    if (this.opened) return;
    this.opened = true;
    process.on('exit', this.restore);
    process.on('SIGHUP', this.hangUp);
    this.stream.write(OPEN);
  }

  draw(lines: readonly string[]): void {
    if (!this.opened) return;
    const body = lines.map((line) => `${line}\u001b[K`).join('\r\n');
    this.stream.write(`${SYNC_ON}\u001b[H${body}\u001b[J${SYNC_OFF}`);
  }

  /** Back to the ordinary screen, with the last frame left in the scroll-back. */
  close(last: readonly string[]): void {
    if (!this.opened) return;
    this.leave();
    process.off('exit', this.restore);
    process.off('SIGHUP', this.hangUp);
    if (last.length > 0) this.stream.write(`${last.join('\n')}\n`);
  }

  /** Synchronous, because it also runs while the process exits. */
  private leave(): void {
    if (!this.opened) return;
    this.opened = false;
    try {
      writeSync(process.stdout.fd, CLOSE);
    } catch {
      // The terminal is gone: there is nothing to restore.
    }
  }
}
