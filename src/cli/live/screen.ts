import { writeSync } from 'node:fs';
import process from 'node:process';
import { endByHangUp, endRawMode } from '../terminal/hang-up.js';

/** The alternate screen, no cursor, no wrapping; and what is pasted comes marked (KeyDecoder). Terminals ignore what they do not know. */
const OPEN = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h';
const CLOSE = '\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l';
const BELOW_GONE = '\u001b[J';
const LINE_END = '\u001b[K';
const lineAt = (row: number): string => `\u001b[${row + 1};1H`;
/** Terminals that know it show the frame at once; the others ignore it. */
const SYNC_ON = '\u001b[?2026h';
const SYNC_OFF = '\u001b[?2026l';

/**
 * The alternate screen of a terminal: frames drawn in place, of which only the lines that
 * changed are sent, and no line left over. Whatever way the program ends, the screen, the cursor and the wrap mode are put back.
 */
export class Screen {
  private opened = false;
  /** What stands on the screen; undefined where that is not known, and everything has to be sent. */
  private shown: { lines: readonly string[]; width: number; height: number } | undefined;
  private readonly restore = (): void => this.leave();
  /** As without a handler, after everything is put back. */
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

  /** Shows the frame; sends nothing when it is there already. */
  draw(lines: readonly string[]): void {
    if (!this.opened) return;
    const { width, height } = this.size;
    // What a terminal keeps of its lines when its size changes is its own choice.
    const known = this.shown?.width === width && this.shown.height === height ? this.shown.lines : undefined;
    const changed = lines.flatMap((line, row) => (known?.[row] === line ? [] : [`${lineAt(row)}${line}${LINE_END}`]));
    if (lines.length < (known ?? { length: height }).length) changed.push(lineAt(lines.length) + BELOW_GONE);
    this.shown = { lines: [...lines], width, height };
    if (changed.length > 0) this.stream.write(`${SYNC_ON}${changed.join('')}${SYNC_OFF}`);
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
