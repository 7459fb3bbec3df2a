import path from 'node:path';
import { Failure } from '../../../model/failure.js';
import type { StoreOptions } from '../../store.js';
import { readFile, stat } from '../../../util/files.js';
import { wrongIn } from './check.js';
import { isRecord, parseKubeconfig, text, type Raw } from './parse.js';

/** Everything named in the files, the first one that defines a name winning (kubectl's merging rule). */
export interface Merged {
  files: string[];
  current?: string;
  contexts: Map<string, Raw>;
  clusters: Map<string, Raw>;
  users: Map<string, Raw>;
}

/**
 * The kubeconfig files there are, as kubectl looks for them: --kubeconfig, else
 * KUBECONFIG (missing ones are skipped), else .kube/config at home.
 *
 * @throws Failure kubeconfig-missing, when files are named and none exists
 */
export async function existingFiles({ kubeconfig, env }: StoreOptions): Promise<string[]> {
  if (kubeconfig) {
    if (await fileExists(kubeconfig)) return [path.resolve(kubeconfig)];
    throw new Failure('kubeconfig-missing', `the kubeconfig ${kubeconfig} (--kubeconfig) does not exist`, {
      hint: 'Check the path given with --kubeconfig.',
    });
  }
  const listed = (env.KUBECONFIG ?? '').split(path.delimiter).filter((file) => file !== '');
  if (listed.length > 0) {
    const found = await present(listed);
    if (found.length > 0) return found;
    throw new Failure('kubeconfig-missing', `no file listed in KUBECONFIG exists: ${listed.join(', ')}`, {
      hint: 'Correct KUBECONFIG, or give --kubeconfig FILE.',
    });
  }
  const homes = [env.HOME, env.HOMEDRIVE && env.HOMEPATH && path.join(env.HOMEDRIVE, env.HOMEPATH), env.USERPROFILE];
  const usual = homes.filter((home): home is string => Boolean(home)).map((home) => path.join(home, '.kube', 'config'));
  return (await present(usual)).slice(0, 1);
}

/** True for anything at that path but a folder. */
export const fileExists = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => !found.isDirectory(),
    () => false,
  );

/** Without those that are missing. What cannot be looked at, or is a folder, is left to the reader to complain about. */
async function present(files: string[]): Promise<string[]> {
  const found = await Promise.all(
    files.map((file) =>
      stat(file).then(
        () => true,
        (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
      ),
    ),
  );
  return files.filter((_, index) => found[index]).map((file) => path.resolve(file));
}

/**
 * Reads and merges kubeconfig files.
 *
 * @throws Failure kubeconfig-invalid, naming the file
 */
export async function mergeFiles(files: string[]): Promise<Merged> {
  const merged: Merged = { files, contexts: new Map(), clusters: new Map(), users: new Map() };
  for (const file of files) {
    const config = await readMapping(file);
    merged.current ??= text(config['current-context']);
    collect(merged.contexts, config.contexts, 'context', file);
    collect(merged.clusters, config.clusters, 'cluster', file);
    collect(merged.users, config.users, 'user', file);
  }
  return merged;
}

async function readMapping(file: string): Promise<Raw> {
  let why: string | undefined = 'it is not a mapping';
  try {
    // An empty file names nothing, and is no mistake beside others (clientcmd's loading rules).
    const value = parseKubeconfig(decodeKubeconfig(await readFile(file)))?.value ?? {};
    if (isRecord(value)) why = wrongIn(value);
    if (isRecord(value) && why === undefined) return value;
  } catch (error) {
    why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
  throw new Failure('kubeconfig-invalid', `the kubeconfig ${file} cannot be used: ${why}`, {
    hint: 'Check it with: kubectl config view',
  });
}

/** YAML may be UTF-16 with a byte order mark (YAML 1.1, section 5.2); Windows' own tools write it. */
export function decodeKubeconfig(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return bytes.toString('utf8');
}

/** Keeps the file with each entry: relative paths inside a kubeconfig are relative to its folder. */
function collect(into: Map<string, Raw>, list: unknown, key: string, file: string): void {
  for (const item of (list ?? []) as (Raw | null)[]) {
    const name = text(item?.name);
    const entry = item?.[key];
    if (name === undefined || into.has(name)) continue;
    into.set(name, { ...(isRecord(entry) ? entry : {}), file });
  }
}
