// Makes a gzipped tar archive with the same bytes on every machine: without user names, times and the umask.
import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** A header of POSIX ustar (pax, IEEE Std 1003.1): fixed fields, numbers in octal, and the sum of its own bytes. */
function header({ name, data, mode }) {
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long a name for the archive`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value, at, length) => block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at);
  block.write(name);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(data.length, 124, 12);
  octal(0, 136, 12);
  block.write('        0', 148);
  block.write('ustar\0' + '00', 257);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}

/**
 * @param {{ name: string, data: Buffer, mode: number }[]} files in the order of the archive; names have slashes, modes are like 0o644
 * @returns {Buffer} the bytes of a .tar.gz
 */
export function tarGz(files) {
  const parts = files.flatMap((file) => {
    const rest = file.data.length % BLOCK;
    return [header(file), file.data, Buffer.alloc(rest === 0 ? 0 : BLOCK - rest)];
  });
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]), { level: 9 });
}
