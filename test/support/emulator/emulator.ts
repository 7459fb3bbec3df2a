import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import headless from '@xterm/headless';
import { environment, HANGS_MS, PROGRAM } from '../program.js';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const PTY = path.join(HERE, 'emulator.py');

/** How Screen marks the end of a frame. */
const FRAME_END = '\u001b[?2026l';
/** A line as Screen sends it, with its row, counted from 1. */
const SENT_LINE = /\u001b\[(\d+);1H([^]*?)(?=\u001b\[\d+;1H|\u001b\[\?2026l)/g;
const BELOW_GONE = '\u001b[J';

export interface EmulatorOptions {
  env?: Record<string, string | undefined>;
  columns?: number;
  rows?: number;
  /** Options of Node, before the program. */
  node?: readonly string[];
  /** A script of `sh` with job control around the program, which it runs as "$@". */
  script?: string;
}

export interface End {
  status: number | null;
  signal: string | null;
  /** The modes of the terminal (echo, raw, …) are those from before. */
  modesKept: boolean;
}

/** What a person sees, at one moment. */
export interface Seen {
  /** The rows of the active buffer, without trailing spaces; always as many as the terminal has. */
  lines: string[];
  text: string;
  alternate: boolean;
  cursorVisible: boolean;
  wraps: boolean;
}

/** The built program on a pseudo-terminal, and a terminal emulator that shows what it draws. */
export class Emulator {
  readonly ended: Promise<End>;
  /** The program's. */
  pid = 0;
  /** Every byte that came, escapes included. */
  raw = '';
  private readonly terminal: InstanceType<typeof headless.Terminal>;
  private readonly pty: ChildProcess;
  private pending = 0;
  private finished = false;
  private wake: () => void = () => undefined;

  constructor(args: readonly string[], { env, columns = 80, rows = 24, node = [], script }: EmulatorOptions = {}) {
    this.terminal = newTerminal(columns, rows);
    const shell = script === undefined ? [] : ['sh', '-m', '-c', script, 'sh'];
    const words = [PTY, String(columns), String(rows), ...shell, PROGRAM[0], ...node, ...PROGRAM.slice(1), ...args];
    this.pty = spawn('python3', words, { env: environment(env), stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
    this.pty.stdin?.on('error', () => undefined);
    this.pty.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.raw += text;
      this.pending += 1;
      this.terminal.write(text, () => {
        this.pending -= 1;
        this.wake();
      });
    });
    let said = '';
    (this.pty.stdio[3] as Readable).setEncoding('utf8').on('data', (text: string) => {
      said += text;
      this.pid ||= (JSON.parse(said.split('\n')[0] ?? '{}') as { pid: number }).pid;
    });
    this.ended = new Promise((resolve, reject) => {
      this.pty.on('error', reject);
      this.pty.on('close', () => {
        this.finished = true;
        this.wake();
        const line = said.trim().split('\n').at(1);
        if (line === undefined) reject(new Error('the terminal was lost'));
        else resolve(JSON.parse(line) as End);
      });
    });
    this.ended.catch(() => undefined);
  }

  /** Types these characters. */
  type(keys: string): void {
    this.tell({ keys });
  }

  /** Another window size, for the program and the emulator. */
  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
    this.tell({ columns, rows });
  }

  signal(name: NodeJS.Signals): void {
    this.tell({ signal: name });
  }

  get seen(): Seen {
    return look(this.terminal);
  }

  /** The ordinary buffer from its beginning: what can be scrolled back to. */
  get scrollback(): string[] {
    return bufferLines(this.terminal.buffer.normal, 0, this.terminal.cols).join('\n').trimEnd().split('\n');
  }

  /** All that came is on the screen, and no frame is half drawn: what a terminal with synchronised output would show. */
  get betweenFrames(): boolean {
    return this.pending === 0 && (this.raw === '' || this.raw.endsWith(FRAME_END));
  }

  /** The bytes of the last frame as if it had been sent whole: the program sends only the lines that changed. */
  get lastFrame(): string {
    const lines = new Map<number, string>();
    for (const [sent = '', at = '', text = ''] of this.raw.matchAll(SENT_LINE)) {
      const row = Number(at);
      if (!text.startsWith(BELOW_GONE)) lines.set(row, sent);
      else for (const below of [...lines.keys()].filter((each) => each >= row)) lines.delete(below);
    }
    return [...lines]
      .filter(([row]) => row <= this.terminal.rows)
      .sort(([a], [b]) => a - b)
      .map(([, sent]) => sent)
      .join('');
  }

  /** Resolves when the screen is so; fails with the screen when it never is. */
  async until(what: string, holds: (seen: Seen) => boolean): Promise<Seen> {
    const deadline = Date.now() + HANGS_MS;
    for (;;) {
      const { seen } = this;
      if (this.pending === 0 && holds(seen)) return seen;
      if (this.finished || Date.now() > deadline) throw new Error(`never: ${what}\n${seen.text}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  untilText(text: string): Promise<Seen> {
    return this.until(text, (seen) => seen.text.includes(text));
  }

  /** Waits for the end; everything it wrote is on the screen then. */
  async end(): Promise<End & { seen: Seen }> {
    const end = await this.ended;
    await new Promise<void>((resolve) => this.terminal.write('', resolve));
    return { ...end, seen: this.seen };
  }

  /** Ends what a failed test left. */
  close(): void {
    this.pty.stdin?.end();
    this.terminal.dispose();
  }

  private tell(task: object): void {
    this.pty.stdin?.write(`${JSON.stringify(task)}\n`);
  }
}

/** The screen of a terminal that was given only this frame. */
export async function fresh(frame: string, columns: number, rows: number): Promise<string[]> {
  const terminal = newTerminal(columns, rows);
  await new Promise<void>((resolve) => terminal.write(`\u001b[?7l${frame}`, resolve));
  const { lines } = look(terminal);
  terminal.dispose();
  return lines;
}

function newTerminal(cols: number, rows: number): InstanceType<typeof headless.Terminal> {
  return new headless.Terminal({ cols, rows, scrollback: 2000, allowProposedApi: true });
}

function look(terminal: InstanceType<typeof headless.Terminal>): Seen {
  const { active } = terminal.buffer;
  const lines = bufferLines(active, active.baseY, terminal.cols).slice(0, terminal.rows);
  // The public API does not tell whether the cursor is shown.
  const { coreService } = (terminal as unknown as { _core: { coreService: { isCursorHidden: boolean } } })._core;
  return {
    lines,
    text: lines.join('\n'),
    alternate: active.type === 'alternate',
    cursorVisible: !coreService.isCursorHidden,
    wraps: terminal.modes.wraparoundMode,
  };
}

type Buffer = InstanceType<typeof headless.Terminal>['buffer']['active'];

/** Lines that were drawn on a wider window keep cells that nobody sees: only `columns` of each count. */
function bufferLines(buffer: Buffer, from: number, columns: number): string[] {
  const indexes = Array.from({ length: buffer.length - from }, (_, index) => from + index);
  return indexes.map((index) => (buffer.getLine(index)?.translateToString(false, 0, columns) ?? '').trimEnd());
}
