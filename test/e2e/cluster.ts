import type { MultiKeyListener } from '../../src/model/resource.js';
import type { Handle, User } from '../support/cluster/control-plane-handle.js';
import { skupper, started, type Result, type Running, type RunOptions } from '../support/program.js';

/** One namespace of the real API server, with the program as different users, and ways past the program. */
export interface Cluster {
  namespace: string;
  run(line: string | readonly string[], user?: User): Promise<Result>;
  start(line: string, options?: RunOptions): Running;
  kubeconfig: string;
  get(name: string): Promise<MultiKeyListener>;
  /** All names in the namespace. */
  names(): Promise<string[]>;
  patch(name: string, patch: object, subresource?: string): Promise<void>;
  path(name?: string): string;
}

const words = (line: string | readonly string[]): readonly string[] =>
  typeof line === 'string' ? line.split(' ') : line;

export async function newCluster(plane: Handle): Promise<Cluster> {
  const namespace = await plane.newNamespace();
  const configs = new Map<User, Promise<string>>();
  const config = (user: User): Promise<string> => {
    const file = configs.get(user) ?? plane.kubeconfig(user, namespace);
    configs.set(user, file);
    return file;
  };
  const path = (name = ''): string =>
    `/apis/skupper.io/v2alpha1/namespaces/${namespace}/multikeylisteners${name && `/${name}`}`;
  const kubeconfig = await config('admin');
  return {
    namespace,
    kubeconfig,
    path,
    run: async (line, user = 'admin') => skupper(words(line), { env: { KUBECONFIG: await config(user) } }),
    start: (line, options = {}) => started(words(line), { ...options, env: { KUBECONFIG: kubeconfig } }),
    async get(name) {
      const { status, body } = await plane.admin('GET', path(name));
      if (status !== 200) throw new Error(`${name}: ${status}`);
      return body as unknown as MultiKeyListener;
    },
    async names() {
      const { body } = await plane.admin('GET', path());
      return ((body.items ?? []) as MultiKeyListener[]).map(({ metadata }) => metadata.name);
    },
    async patch(name, patch, subresource = '') {
      const { status, body } = await plane.admin(
        'PATCH',
        path(name) + subresource,
        patch,
        'application/merge-patch+json',
      );
      if (status !== 200) throw new Error(JSON.stringify(body));
    },
  };
}

/** Polls until it holds; throws after ten seconds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 600_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
