import { readFileSync } from 'node:fs';
import process from 'node:process';

/** How a program is started: the file and its arguments. */
export interface Invocation {
  file: string;
  args: string[];
}

/**
 * The program with these words, byte for byte. Node decodes its arguments as
 * UTF-8 and loses what is none; on Linux the kernel still has the bytes, and `sh` can pass them on.
 */
export function invocation(file: string, argv: readonly string[]): Invocation {
  const raw = rawWords(argv);
  return raw === undefined ? { file, args: [...argv] } : throughShell(file, raw);
}

/** The bytes of our last words; undefined where nothing is lost or they can't be had. */
function rawWords(argv: readonly string[]): Buffer[] | undefined {
  if (process.platform !== 'linux' || !argv.some((word) => word.includes('\ufffd'))) return undefined;
  try {
    const all = readFileSync('/proc/self/cmdline', 'latin1').split('\0').slice(0, -1);
    const raw = all.slice(-argv.length).map((word) => Buffer.from(word, 'latin1'));
    return raw.every((bytes, index) => bytes.toString('utf8') === argv[index]) ? raw : undefined;
  } catch {
    return undefined;
  }
}

/** What is UTF-8 goes as an argument, the rest as octal numbers in the script. */
export function throughShell(file: string, words: readonly Buffer[]): Invocation {
  const steps: string[] = [];
  const named = words.map((bytes, index) => {
    if (Buffer.from(bytes.toString('utf8')).equals(bytes)) return `"\${${index + 1}}"`;
    const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    // The x keeps line breaks at the end, which $(…) would drop.
    steps.push(`a${index}=$(printf '${octal}x')`);
    return `"\${a${index}%x}"`;
  });
  const script = [...steps, `exec "$0" ${named.join(' ')}`].join('\n');
  return { file: '/bin/sh', args: ['-c', script, file, ...words.map((bytes) => bytes.toString('utf8'))] };
}
