import { emitKeypressEvents, type Key } from 'node:readline';
import type { Io } from '../terminal/io.js';

export interface KeyPress {
  /** `up`, `return`, `escape`, `q`, …; undefined for a character without a name. */
  name: string | undefined;
  /** The character typed, if it can be shown. */
  text: string;
  ctrl: boolean;
}

/** Reads single keys of a terminal until the returned function is called, which puts its mode back. */
export function readKeys(io: Io, onKey: (key: KeyPress) => void): () => void {
  const { stdin } = io;
  if (!stdin.isTTY) return () => undefined;
  const listener = (text: string | undefined, key: Key): void => {
    const printable = text !== undefined && /^[^\u0000-\u001f\u007f-\u009f]+$/.test(text);
    onKey({ name: key.name, text: printable && !key.ctrl && !key.meta ? text : '', ctrl: key.ctrl ?? false });
  };
  // A lone Escape is told from an arrow key by what follows within this time.
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on('keypress', listener);
  stdin.resume();
  const raw = (): void => void stdin.setRawMode(false);
  process.on('exit', raw);
  return () => {
    stdin.off('keypress', listener);
    process.off('exit', raw);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
