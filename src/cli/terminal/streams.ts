import { fstatSync, writeSync } from 'node:fs';
import process from 'node:process';
import { isMemoryDevice } from './hang-up.js';

/** stdout or stderr, as far as a command needs it. */
export interface StandardStream {
  readonly isTTY: boolean;
  /** Columns of the terminal; undefined elsewhere. */
  readonly columns: number | undefined;
  /** Writes all of the text, or drops it when nobody reads any more. */
  write(text: string): void;
  /** Calls back once the reader has gone away (`| head -1`). */
  onClosed(listener: () => void): void;
}

const NAP_MS = 2;
/** Whoever read it has gone away. */
const GONE = ['EPIPE', 'ECONNRESET'];

/**
 * A reader that goes away is no error: what is left to say is dropped, and the command goes on to its own exit status. What
 * cannot be said on stderr, on a full disk for example, cannot be complained about either.
 */
function isDropped(fd: 1 | 2, { code = '' }: NodeJS.ErrnoException): boolean {
  return fd === 2 || GONE.includes(code);
}

/** Node's own streams: a terminal, a socket, Windows. */
class NodeStream implements StandardStream {
  private readonly stream: NodeJS.WriteStream;

  constructor(fd: 1 | 2) {
    this.stream = fd === 1 ? process.stdout : process.stderr;
    this.stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!isDropped(fd, error)) throw error;
    });
  }

  get isTTY(): boolean {
    return this.stream.isTTY === true;
  }

  get columns(): number | undefined {
    return this.stream.columns;
  }

  write(text: string): void {
    this.stream.write(text);
  }

  onClosed(listener: () => void): void {
    this.stream.on('error', (error: NodeJS.ErrnoException) => {
      if (GONE.includes(error.code ?? '')) listener();
    });
  }
}

/** A pipe, a file or a device: Node writes to these at once as well, but loads its sockets and streams before. */
class PlainStream implements StandardStream {
  readonly isTTY = false;
  readonly columns = undefined;
  private gone = false;
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly fd: 1 | 2) {}

  write(text: string): void {
    let left = Buffer.from(text);
    while (left.length > 0 && !this.gone) {
      try {
        left = left.subarray(writeSync(this.fd, left));
      } catch (error) {
        this.failed(error as NodeJS.ErrnoException);
      }
    }
  }

  onClosed(listener: () => void): void {
    this.listeners.push(listener);
  }

  private failed(error: NodeJS.ErrnoException): void {
    if (error.code === 'EAGAIN') {
      // Somebody else made the pipe non-blocking, and it is full.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, NAP_MS);
      return;
    }
    if (!isDropped(this.fd, error)) throw error;
    this.gone = true;
    for (const listener of this.listeners) listener();
  }
}

function isPlain(fd: number): boolean {
  if (process.platform === 'win32') return false;
  try {
    const stat = fstatSync(fd);
    return stat.isFIFO() || stat.isFile() || isMemoryDevice(stat);
  } catch {
    return false;
  }
}

const streams: Partial<Record<1 | 2, StandardStream>> = {};

function streamOf(fd: 1 | 2): StandardStream {
  return (streams[fd] ??= isPlain(fd) ? new PlainStream(fd) : new NodeStream(fd));
}

export const standardOutput = (): StandardStream => streamOf(1);
export const standardError = (): StandardStream => streamOf(2);

/** Whether stdin is a terminal, without opening it. */
export function inputIsTerminal(): boolean {
  try {
    const stat = process.platform === 'win32' ? undefined : fstatSync(0);
    if (stat && !stat.isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return process.stdin.isTTY === true;
}
