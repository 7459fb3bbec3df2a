import { open, realpath, rm, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { readFile } from '../../../util/files.js';
import { writeFileAtomically } from '../../../util/atomic-file.js';
import { pairsOf, startOf, type YamlNode } from '../../../yaml/node.js';
import { decodeKubeconfig } from './kubeconfig-files.js';
import { parseKubeconfig, type Kubeconfig, type Raw } from './parse.js';

/** How often a taken lock is tried. client-go does not retry, but another process holds the lock only for some milliseconds. */
const LOCK_TRIES = 40;
const LOCK_PAUSE_MS = 50;

/**
 * Writes new values into `config` of a user's auth-provider in a kubeconfig, atomically, under client-go's lock
 * (`FILE.lock`). The rest of the file stays as it is: order, comments, quotes.
 *
 * @param user name of the user's entry
 * @param values by name, such as `id-token`
 * @throws errors of node:fs, and an Error if the values cannot be replaced without changing anything else
 */
export async function writeTokens(file: string, user: string, values: Readonly<Record<string, string>>): Promise<void> {
  // The target of a symbolic link is written, so that the link stays; the lock has the link's own name, as with kubectl.
  const target = await realpath(file);
  const lock = await takeLock(`${file}.lock`);
  try {
    const bytes = await readFile(target);
    const text = decodeKubeconfig(bytes);
    const { mode, uid, gid } = await stat(target);
    const prepare = async (handle: FileHandle): Promise<void> => {
      await handle.chmod(mode & 0o7777);
      // Only root may change the owner of a file. Another user becomes the owner, as with an editor.
      if (process.getuid?.() === 0) await handle.chown(uid, gid);
    };
    await writeFileAtomically(target, withTokens(text, user, values), { mode: 0o600, prepare });
  } finally {
    await lock.close();
    await rm(`${file}.lock`, { force: true });
  }
}

async function takeLock(path: string): Promise<FileHandle> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await open(path, 'wx', 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries === LOCK_TRIES) throw error;
      await sleep(LOCK_PAUSE_MS);
    }
  }
}

/**
 * The text of a kubeconfig with these values in `config` of a user's auth-provider.
 *
 * @throws Error if anything else would change too, for example a value that is used elsewhere through a YAML alias
 */
export function withTokens(text: string, user: string, values: Readonly<Record<string, string>>): string {
  // The offsets of the parser do not count a byte order mark.
  const [mark, plain] = text.startsWith('\ufeff') ? ['\ufeff', text.slice(1)] : ['', text];
  let edited = plain;
  for (const [name, value] of Object.entries(values)) edited = withToken(edited, user, name, value);
  const expected = parseKubeconfig(plain)?.value;
  Object.assign(providerOf(expected as Raw, user), values);
  if (!isDeepStrictEqual(parseKubeconfig(edited)?.value, expected))
    throw new Error('its tokens cannot be replaced without changing something else');
  return mark + edited;
}

function providerOf(config: Raw, user: string): object {
  const users = config.users as ({ name: string; user: { 'auth-provider': { config: object } } } | null)[];
  return users.find((entry) => entry?.name === user)?.user['auth-provider'].config ?? {};
}

function withToken(text: string, user: string, name: string, value: string): string {
  const read = parseKubeconfig(text);
  const { offset, text: chunk } = read ?? { offset: 0, text: '' };
  const config = read && nodeOf(read, user);
  if (!config) throw new Error('its auth-provider was not found');
  const found = member(config, name, chunk);
  const start = found ? startOf(found, chunk) : startOf(config.children[0] as YamlNode, chunk);
  const quoted = chunk[start] === '"' || !/^[A-Za-z][\w.-]{5,}$/.test(value) ? JSON.stringify(value) : value;
  if (found) {
    const end = start + chunk.slice(start, found.end).trimEnd().length;
    // A key without a value: what the parser looked at after the colon may be a comment, or the next line.
    if (end === start) return `${text.slice(0, offset + found.from)} ${quoted}${text.slice(offset + found.from)}`;
    return text.slice(0, offset + start) + quoted + text.slice(offset + end);
  }
  // A new member is inserted before the first one and in the same style.
  const key = chunk[start] === '"' ? JSON.stringify(name) : name;
  const indent = /(?:^|\n)([ \t]*)$/.exec(chunk.slice(0, start))?.[1];
  const inFlow = chunk[startOf(config, chunk)] === '{';
  const end = inFlow || indent === undefined ? ', ' : `${/\r?\n/.exec(chunk)?.[0] ?? '\n'}${indent}`;
  return `${text.slice(0, offset + start)}${key}: ${quoted}${end}${text.slice(offset + start)}`;
}

/** The node of `config` of the user's auth-provider. */
function nodeOf({ root, text }: Kubeconfig, user: string): YamlNode | undefined {
  const users = root && member(root, 'users', text);
  const entry = users?.children.find(({ value }) => (value as Raw | null)?.name === user);
  return ['user', 'auth-provider', 'config'].reduce<YamlNode | undefined>(
    (node, key) => node && member(node, key, text),
    entry,
  );
}

/** The node of a member's value; the last one if the key is a duplicate. */
const member = (map: YamlNode, name: string, text: string): YamlNode | undefined =>
  pairsOf(map, text).findLast(({ key }) => key.value === name)?.value;
