import { writeSync } from 'node:fs';
import process from 'node:process';
import { endByHangUp, endRawMode } from '../terminal/hang-up.js';

/** Selects the alternate screen without cursor and wrapping, and bracketed paste (KeyDecoder). Terminals ignore unknown modes. */
const OPEN = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h';
const CLOSE = '\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l';
const BELOW_GONE = '\u001b[J';
const LINE_END = '\u001b[K';
const lineAt = (row: number): string => `\u001b[${row + 1};1H`;
/** Synchronized output: terminals that support it show the frame at once; others ignore it. */
const SYNC_ON = '\u001b[?2026h';
const SYNC_OFF = '\u001b[?2026l';

/**
 * The alternate screen of a terminal. Of each frame only the changed lines are sent. However the program ends, the screen, the
 * cursor and the wrap mode are restored.
 */
export class Screen {
  private opened = false;
  /** The lines on the screen; undefined if they are unknown and the whole frame has to be sent. */
  private shown: { lines: readonly string[]; width: number; height: number } | undefined;
  private readonly restore = (): void => this.leave();
  /** Restores the terminal, then ends the program as SIGHUP does without a handler. */
  private readonly hangUp = (): void => {
    this.leave();
    endRawMode(process.stdin);
    endByHangUp();
  };

  constructor(private readonly stream: NodeJS.WriteStream) {}

  get size(): { width: number; height: number } {
    return { width: this.stream.columns || 80, height: this.stream.rows || 24 };
  }

  open(): void {
    if (this.opened) return;
    this.opened = true;
    this.shown = undefined;
    process.on('exit', this.restore);
    process.on('SIGHUP', this.hangUp);
    this.stream.write(OPEN);
  }

  /** Shows a frame; sends nothing if it is equal to the previous one. */
  draw(lines: readonly string[]): void {
    if (!this.opened) return;
    const { width, height } = this.size;
    // After a change of the size the content of the screen is unknown, because terminals treat it differently.
    const before = this.shown?.width === width && this.shown.height === height ? this.shown.lines : undefined;
    const changed = lines.flatMap((line, row) => (before?.[row] === line ? [] : [`${lineAt(row)}${line}${LINE_END}`]));
    if (lines.length < (before ?? { length: height }).length) changed.push(lineAt(lines.length) + BELOW_GONE);
    this.shown = { lines: [...lines], width, height };
    if (changed.length > 0) this.stream.write(`${SYNC_ON}${changed.join('')}${SYNC_OFF}`);
  }

  /** Returns to the normal screen, and prints the last frame there, so that it stays in the scroll-back. */
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
      // The terminal no longer exists, so there is nothing to restore.
    }
  }
}
