import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';

import { Failure } from '../../../model/failure.js';
import { isNamespaceName } from '../../../model/names.js';
import { KIND } from '../../../model/resource.js';
import { homeFolder } from '../../../util/home.js';

export const DEFAULT_NAMESPACE = 'default';

/** The data home of Skupper in a container. */
export const CONTAINER_HOME = '/output';

/** The machine as far as it decides where the data home is. */
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
  /** `--data-home`. */
  dataHome?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * The folder that holds `namespaces/`, as an absolute path: the flag, else
 * `SKUPPER_MKL_DATA_HOME` (both our own), else Skupper's rule, which is
 * `/output` in a container that has it, `/var/lib/skupper` for root, and
 * `$XDG_DATA_HOME/skupper` (default `~/.local/share/skupper`) for others.
 *
 * @throws Failure `file-system` where no home folder is known
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
  /** Temporary files and the lock: the same file system as the resources, and watched by nobody. */
  input: string;
  resources: string;
  certificates: string;
  runtime: string;
  /** The client certificate with which the site's router may be asked. */
  routerClient: string;
  snapshot: string;
  platform: string;
}

/** The folder of all namespaces. */
export function namespacesFolder(home: string): string {
  return join(home, 'namespaces');
}

/**
 * Where a namespace lies under a data home.
 * @throws Failure `usage` for a name that is no namespace, before it becomes a part of a path.
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

/** The name the controller's watcher reacts to; the resource's name has been checked. */
export function resourceFile(paths: Paths, name: string): string {
  return join(paths.resources, `${KIND}-${name}.yaml`);
}
