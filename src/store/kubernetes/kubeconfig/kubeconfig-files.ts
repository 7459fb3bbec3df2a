import { isUtf8 } from 'node:buffer';
import path from 'node:path';
import { Failure } from '../../../model/failure.js';
import type { StoreOptions } from '../../store.js';
import { readFile, stat } from '../../../util/files.js';
import { wrongIn } from './check.js';
import { isRecord, parseKubeconfig, text, type Raw } from './parse.js';

/** The merged content of several kubeconfigs. As in kubectl, the first file that defines a name wins. */
export interface Merged {
  files: string[];
  current?: string;
  contexts: Map<string, Raw>;
  clusters: Map<string, Raw>;
  users: Map<string, Raw>;
}

/**
 * The existing kubeconfig files in kubectl's order: --kubeconfig, else those of KUBECONFIG (missing ones are skipped), else
 * .kube/config in the home folder.
 *
 * @returns absolute paths; empty if none exists
 * @throws Failure kubeconfig-missing if the file of --kubeconfig does not exist
 */
export async function existingFiles({ kubeconfig, env }: StoreOptions): Promise<string[]> {
  if (kubeconfig) {
    if (await fileExists(kubeconfig)) return [path.resolve(kubeconfig)];
    throw new Failure('kubeconfig-missing', `the kubeconfig ${kubeconfig} (--kubeconfig) does not exist`, {
      hint: 'Check the path given with --kubeconfig.',
    });
  }
  const listed = listedFiles(env);
  if (listed.length > 0) return present(listed);
  const homes = [env.HOME, env.HOMEDRIVE && env.HOMEPATH && path.join(env.HOMEDRIVE, env.HOMEPATH), env.USERPROFILE];
  const usual = homes.filter((home): home is string => Boolean(home)).map((home) => path.join(home, '.kube', 'config'));
  return (await present(usual)).slice(0, 1);
}

const listedFiles = (env: StoreOptions['env']): string[] =>
  (env.KUBECONFIG ?? '').split(path.delimiter).filter((file) => file !== '');

/** The failure if there is neither a kubeconfig nor the service account of a pod. */
export function noKubeconfig({ env }: StoreOptions): Failure {
  const listed = listedFiles(env);
  if (listed.length > 0) {
    return new Failure('kubeconfig-missing', `no file listed in KUBECONFIG exists: ${listed.join(', ')}`, {
      hint: 'Correct KUBECONFIG, or give --kubeconfig FILE.',
    });
  }
  return new Failure(
    'kubeconfig-missing',
    'no kubeconfig found: neither --kubeconfig nor KUBECONFIG is given, and $HOME/.kube/config does not exist',
    { hint: 'Specify one with --kubeconfig FILE or KUBECONFIG.' },
  );
}

/** True if the path exists and is not a folder. */
export const fileExists = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => !found.isDirectory(),
    () => false,
  );

/** The absolute paths of files that exist. A folder or an unreadable path counts as existing; reading it reports the error. */
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
 * @throws Failure kubeconfig-invalid, which names the file
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
    // An empty file is allowed (clientcmd's loading rules).
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

/** Decodes UTF-8, or UTF-16 with a byte order mark (YAML 1.1, section 5.2), which some tools of Windows write. Throws an Error for other bytes. */
export function decodeKubeconfig(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  // As in Go, bytes that are not UTF-8 are refused. Written back, they would be lost.
  if (!isUtf8(bytes)) throw new Error('it is not valid UTF-8');
  return bytes.toString('utf8');
}

/** Adds the entries of a list by name. Each entry keeps its file, because its relative paths are relative to that file's folder. */
function collect(into: Map<string, Raw>, list: unknown, key: string, file: string): void {
  for (const item of (list ?? []) as (Raw | null)[]) {
    const name = text(item?.name);
    const entry = item?.[key];
    if (name === undefined || into.has(name)) continue;
    into.set(name, { ...(isRecord(entry) ? entry : {}), file });
  }
}
