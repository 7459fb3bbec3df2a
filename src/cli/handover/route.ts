/** Whose command line it is, and the words for it. */
export interface Route {
  to: 'own' | 'other' | 'completion';
  argv: string[];
}

const TOPICS = ['multikeylistener', 'mkl'];

/** Flags with a value that both programs take before the first word: `skupper -n west mkl status`. */
const VALUED = ['-c', '--context', '-n', '--namespace', '-p', '--platform', '--kubeconfig'];

/** What the completion scripts ask: `skupper multikeylistener __complete -- WORDS…`. */
export const COMPLETE = '__complete';

const isOurs = (word: string | undefined): boolean =>
  word !== undefined && TOPICS.some((topic) => word === topic || word.startsWith(`${topic}:`));

/**
 * Decides by the first word: a topic that is not ours belongs to the other
 * `skupper` on the PATH, with all words as they are. Help, the version and an empty line are ours.
 */
export function route(argv: readonly string[]): Route {
  const at = firstWord(argv);
  const word = argv[at];
  const rest = argv.slice(at + 1);
  const own = (words: readonly string[]): Route => ({ to: 'own', argv: [...words] });
  if (word === undefined) return own(argv);
  if (word === 'help' && rest[0] === undefined) return own(['--help']);
  if (word === 'help' && isOurs(rest[0])) return own([...rest, '--help']);
  if (!isOurs(word)) {
    const help = argv.slice(0, at).find((flag) => ['-h', '--help', '--version'].includes(flag));
    return help === undefined ? { to: 'other', argv: [...argv] } : own([help]);
  }
  if (at === 0 && rest[0] === COMPLETE)
    return { to: 'completion', argv: rest[1] === '--' ? rest.slice(2) : rest.slice(1) };
  // oclif takes flags only after the command.
  const commands = rest[0] === undefined || rest[0].startsWith('-') ? 0 : 1;
  return own([word, ...rest.slice(0, commands), ...argv.slice(0, at), ...rest.slice(commands)]);
}

/** The index of the first word that is no flag and no flag's value; the length where there is none. */
function firstWord(argv: readonly string[]): number {
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) return at;
    if (VALUED.includes(word)) at += 1;
  }
  return argv.length;
}
