import { fstatSync, writeSync } from 'node:fs';
import process from 'node:process';
import { isMemoryDevice } from './hang-up.js';

/** The members of stdout and stderr that commands use. */
export interface StandardStream {
  readonly isTTY: boolean;
  /** The width of the terminal in columns; undefined if the stream is not a terminal. */
  readonly columns: number | undefined;
  /** Writes the whole text; drops it if the reader of the pipe has exited. */
  write(text: string): void;
  /** Calls the listener once all that was written has reached the system. */
  flushed(listener: () => void): void;
  /** Calls the listener once the reader of the pipe has exited (`| head -1`). */
  onClosed(listener: () => void): void;
}

/** The pause before a full pipe is tried again, in milliseconds. */
const NAP_MS = 2;
/** The error codes of a pipe or socket whose reader has exited. */
const GONE = ['EPIPE', 'ECONNRESET'];

/**
 * True for a write error that is ignored. If the reader has exited, the rest of the output is dropped and the command
 * finishes with its own exit status. Errors of stderr, such as a full disk, cannot be reported anywhere.
 */
function isDropped(fd: 1 | 2, { code = '' }: NodeJS.ErrnoException): boolean {
  return fd === 2 || GONE.includes(code);
}

/** Node's own stream, for terminals, sockets and Windows. */
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

  flushed(listener: () => void): void {
    if (this.stream.writableLength === 0) listener();
    else this.stream.write('', listener);
  }

  onClosed(listener: () => void): void {
    this.stream.on('error', (error: NodeJS.ErrnoException) => {
      if (GONE.includes(error.code ?? '')) listener();
    });
  }
}

/** A pipe, file or memory device, written synchronously. Node's own stream does the same, but loads its sockets for it. */
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

  flushed(listener: () => void): void {
    listener();
  }

  onClosed(listener: () => void): void {
    this.listeners.push(listener);
  }

  private failed(error: NodeJS.ErrnoException): void {
    if (error.code === 'EAGAIN') {
      // The pipe is full, and another process has made it non-blocking.
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

/**
 * Ends the process once its output is written. Without this it would live until agents have given up proxies that do not answer,
 * because nobody else can close the sockets of a connection that is still being made.
 */
export function leave(): void {
  standardOutput().flushed(() => standardError().flushed(() => process.exit()));
}

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
