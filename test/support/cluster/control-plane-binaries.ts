import { spawn } from 'node:child_process';
import { access, mkdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of the module's go.mod; another version has a NAME.mod beside it. */
const DEFAULT_VERSION = '1.34.4';
export const KUBERNETES_VERSION = process.env.KUBERNETES_VERSION || DEFAULT_VERSION;

export interface Binaries {
  apiserver: string;
  etcd: string;
}

const MODULE = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'e2e', 'control-plane');
const SUFFIX = process.platform === 'win32' ? '.exe' : '';
const VERSION_FLAGS = `-X k8s.io/component-base/version.gitVersion=v${KUBERNETES_VERSION}`;
const [MAJOR, MINOR] = KUBERNETES_VERSION.split('.');
const BUILDS = {
  'kube-apiserver': {
    ldflags: `-s -w ${VERSION_FLAGS} -X k8s.io/component-base/version.gitMajor=${MAJOR} -X k8s.io/component-base/version.gitMinor=${MINOR}`,
    target: '.',
  },
  etcd: { ldflags: '-s -w', target: 'go.etcd.io/etcd/server/v3' },
} as const;

/**
 * The real kube-apiserver and etcd: from $KUBEBUILDER_ASSETS, from the cache,
 * or built from the Go module proxy into the cache (4 to 8 minutes, once).
 *
 * @param say told before a build starts
 * @returns the paths, or in one line why there are none
 */
export async function findBinaries(say: (line: string) => void): Promise<Binaries | { reason: string }> {
  const assets = process.env.KUBEBUILDER_ASSETS;
  if (assets !== undefined && assets !== '') {
    const found = await inFolder(assets);
    if (found) return found;
  }
  const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  const folder = path.join(cache, 'skupper-multikeylistener', 'control-plane', KUBERNETES_VERSION);
  const cached = await inFolder(folder);
  if (cached) return cached;
  if ((await run('go', ['version'], '')) !== undefined) {
    return { reason: 'no kube-apiserver and etcd in $KUBEBUILDER_ASSETS or the cache, and no go to build them' };
  }
  say(`building kube-apiserver ${KUBERNETES_VERSION} and etcd into ${folder}: some minutes, once`);
  const failed = await build(folder);
  return failed
    ? { reason: `kube-apiserver and etcd could not be built: ${failed}` }
    : ((await inFolder(folder)) ?? { reason: 'the build left no binaries' });
}

async function inFolder(folder: string): Promise<Binaries | undefined> {
  const found = { apiserver: path.join(folder, `kube-apiserver${SUFFIX}`), etcd: path.join(folder, `etcd${SUFFIX}`) };
  try {
    await Promise.all([access(found.apiserver), access(found.etcd)]);
    return found;
  } catch {
    return undefined;
  }
}

/** @returns what went wrong */
async function build(folder: string): Promise<string | undefined> {
  await mkdir(folder, { recursive: true });
  for (const [name, { ldflags, target }] of Object.entries(BUILDS)) {
    const out = path.join(folder, `${name}${SUFFIX}`);
    // Built beside and renamed: an interrupted build must not look like a finished one.
    const unfinished = `${out}.${process.pid}`;
    const modules = KUBERNETES_VERSION === DEFAULT_VERSION ? [] : [`-modfile=${KUBERNETES_VERSION}.mod`];
    const words = ['build', ...modules, '-buildvcs=false', '-ldflags', ldflags, '-o', unfinished, target];
    const failed = await run('go', words, MODULE);
    if (failed !== undefined) return failed;
    await rename(unfinished, out);
  }
  return undefined;
}

/** @returns undefined when it succeeded, else the last line it said */
function run(command: string, args: string[], cwd: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    const env = { ...process.env, GOFLAGS: '-mod=readonly' };
    const child = spawn(command, args, { cwd: cwd || undefined, env, stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) =>
      resolve(code === 0 ? undefined : (said.trim().split('\n').pop() ?? `exit status ${code}`)),
    );
  });
}
