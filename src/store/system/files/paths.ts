import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';

import { Failure } from '../../../model/failure.js';
import { isNamespaceName } from '../../../model/names.js';
import { KIND } from '../../../model/resource.js';
import { homeFolder } from '../../../util/home.js';

export const DEFAULT_NAMESPACE = 'default';

/** Skupper's data home in a container. */
export const CONTAINER_HOME = '/output';

/** The properties of the machine that decide where the data home is. */
export interface Host {
  uid: number | undefined;
  home: string | undefined;
  exists(path: string): boolean;
  isDirectory(path: string): boolean;
}

export const thisHost: Host = {
  uid: process.getuid?.(),
  get home() {
    return homeFolder();
  },
  exists: existsSync,
  isDirectory: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
};

export interface DataHomeOptions {
  /** Value of `--data-home`. */
  dataHome?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * The absolute path of the folder that contains `namespaces/`: the flag, else `SKUPPER_MKL_DATA_HOME` (both are this program's
 * own), else by Skupper's rule: `/output` in a container that has it, `/var/lib/skupper` for root, and
 * `$XDG_DATA_HOME/skupper` (default `~/.local/share/skupper`) for other users.
 *
 * @throws Failure `file-system` if the user has no home folder
 */
export function dataHome(options: DataHomeOptions, host: Host = thisHost): string {
  const given = options.dataHome || options.env['SKUPPER_MKL_DATA_HOME'];
  if (given) return resolve(given);
  const inContainer = host.exists('/run/.containerenv') || host.exists('/.dockerenv');
  if (inContainer && host.isDirectory(CONTAINER_HOME)) return CONTAINER_HOME;
  if (host.uid === 0) return '/var/lib/skupper';
  const xdg = options.env['XDG_DATA_HOME'];
  if (xdg && isAbsolute(xdg)) return join(xdg, 'skupper');
  const home = options.env['HOME'] || host.home;
  if (home !== undefined) return join(home, '.local', 'share', 'skupper');
  throw new Failure('file-system', 'cannot determine the data home: this user has no home directory', {
    hint: 'Set it with --data-home DIR, HOME or XDG_DATA_HOME.',
  });
}

/** The folders and files of one namespace that this store reads or writes. */
export interface Paths {
  namespace: string;
  folder: string;
  /** Parent of `resources`, for temporary files and the lock: it is on the same file system, and Skupper does not watch it. */
  input: string;
  resources: string;
  certificates: string;
  runtime: string;
  /** The folder with the client certificate for queries to the site's router. */
  routerClient: string;
  snapshot: string;
  platform: string;
}

/** The folder that contains the folders of all namespaces. */
export function namespacesFolder(home: string): string {
  return join(home, 'namespaces');
}

/**
 * The paths of a namespace under a data home.
 *
 * @throws Failure `usage` for an invalid name, which must not become part of a path
 */
export function namespacePaths(home: string, namespace: string): Paths {
  if (!isNamespaceName(namespace)) {
    throw new Failure('usage', `invalid namespace ${JSON.stringify(namespace)}`, {
      hint: 'Use at most 63 lower-case letters, digits and "-", starting and ending with a letter or digit.',
    });
  }
  const folder = join(namespacesFolder(home), namespace);
  const input = join(folder, 'input');
  return {
    namespace,
    folder,
    input,
    resources: join(input, 'resources'),
    certificates: join(input, 'certs'),
    runtime: join(folder, 'runtime', 'resources'),
    routerClient: join(folder, 'runtime', 'certs', 'skupper-local-client'),
    snapshot: join(folder, 'internal', 'snapshot'),
    platform: join(folder, 'internal', 'platform.yaml'),
  };
}

/** The path of a resource's file, with the name that Skupper's controller watches for. `name` must be valid (see `isLabel`). */
export function resourceFile(paths: Paths, name: string): string {
  return join(paths.resources, `${KIND}-${name}.yaml`);
}
