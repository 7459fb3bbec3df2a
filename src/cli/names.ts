import { Failure } from '../model/failure.js';
import { isSubdomain, splitName } from '../model/names.js';
import { plural } from '../model/text.js';

/** The names out of the arguments (`web` or `multikeylistener/web`), each once. Throws `usage` with every invalid name. */
export function namesFrom(argv: readonly unknown[]): string[] {
  const names = argv.map((word) => splitName(String(word)).name);
  const wrong = names.filter((name) => !isSubdomain(name));
  if (wrong.length > 0) {
    throw new Failure(
      'usage',
      `invalid ${plural(wrong.length, 'name')} ${wrong.map((name) => JSON.stringify(name)).join(', ')}`,
      {
        causes: wrong.map((name) => ({
          field: 'NAME',
          message: `${JSON.stringify(name)}: use lower-case letters, digits and "-", starting and ending with a letter or digit`,
        })),
      },
    );
  }
  return [...new Set(names)];
}

/** As `namesFrom`, for one name. */
export function nameFrom(word: string): string {
  const [name = word] = namesFrom([word]);
  return name;
}

/**
 * Checks that either names or a flag that selects resources (--selector, --all) are given. Throws `usage` for both or neither.
 *
 * @param many whether such a flag is given
 * @param what completes "specify what to …"
 * @param example a correct command line
 */
export function checkNamed(names: readonly string[], many: boolean, what: string, example: string): void {
  if (names.length > 0 !== many) return;
  if (many) {
    throw new Failure('usage', 'names cannot be combined with --selector or --all', { hint: 'Use one or the other.' });
  }
  throw new Failure('usage', `specify what to ${what}`, {
    causes: [{ field: 'NAME', message: 'expected one or more names, --selector or --all' }],
    hint: `For example: ${example}`,
  });
}

/**
 * The files that are given with -f and as arguments.
 *
 * @throws Failure `usage` if there is none
 */
export function filesFrom(argv: readonly unknown[], flags: { filename?: string[] }, command: string): string[] {
  const words = [...(flags.filename ?? []), ...argv.map(String)];
  if (words.length > 0) return words;
  throw new Failure('usage', 'no file given', {
    causes: [
      { field: 'FILE', message: 'expected one or more files, directories, patterns or URLs, or - for standard input' },
    ],
    hint: `For example: skupper multikeylistener ${command} -f web.yaml`,
  });
}
