import { StringDecoder } from 'node:string_decoder';
import type { Io } from '../terminal/io.js';
import { endByHangUp, endRawMode } from '../terminal/hang-up.js';
import { KeyDecoder, type KeyPress } from './key-decoder.js';

/** How long to wait for the rest of a sequence after an Escape, in milliseconds; too short to notice after the Escape key. */
const ESCAPE_MS = 25;

/** Reads single key presses from the terminal in raw mode. The returned function stops this and restores the mode. */
export function readKeys({ stdin }: Io, onKey: (key: KeyPress) => void): () => void {
  if (!stdin.isTTY) return () => undefined;
  const bytes = new StringDecoder('utf8');
  const keys = new KeyDecoder();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => keys.flush().forEach(onKey);
  const listener = (chunk: Buffer): void => {
    clearTimeout(timer);
    keys.push(bytes.write(chunk)).forEach(onKey);
    if (keys.waiting) timer = setTimeout(flush, ESCAPE_MS);
  };
  stdin.setRawMode(true);
  stdin.on('data', listener);
  // In raw mode no key ends the input, so its end means that the terminal no longer exists.
  stdin.on('end', endByHangUp);
  stdin.on('error', endByHangUp);
  stdin.resume();
  const raw = (): void => endRawMode(stdin);
  process.on('exit', raw);
  return () => {
    clearTimeout(timer);
    stdin.off('data', listener);
    stdin.off('end', endByHangUp);
    stdin.off('error', endByHangUp);
    process.off('exit', raw);
    endRawMode(stdin);
    stdin.pause();
  };
}
