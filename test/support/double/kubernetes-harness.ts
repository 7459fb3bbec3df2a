import type { MultiKeyListener } from '../../../src/model/resource.js';
import { openKubernetesStore } from '../../../src/store/kubernetes/store.js';
import type { Tuning } from '../../../src/store/kubernetes/watch/list-watch.js';
import type { Store, StoreOptions } from '../../../src/store/store.js';
import type { Harness, Outside } from '../../store/harness.js';
import type { Rest, RestAnswer } from '../cluster/rest.js';

/** A store for tests: only what is given, nothing of this process's environment. */
export function openStore(
  kubeconfig: string,
  options: Partial<StoreOptions> = {},
  tuning: Partial<Tuning> = {},
): Promise<Store> {
  return openKubernetesStore(
    { platform: 'kubernetes', kubeconfig, requestTimeoutMs: 60_000, env: {}, ...options },
    tuning,
  );
}

/** Writes past the store, over the same API. */
export function restOutside(rest: Rest, namespace: string): Outside & Required<Pick<Outside, 'setStatus'>> {
  const path = (name = ''): string =>
    `/apis/skupper.io/v2alpha1/namespaces/${namespace}/multikeylisteners${name && `/${name}`}`;
  const must = async (answer: Promise<RestAnswer>): Promise<MultiKeyListener> => {
    const { status, body } = await answer;
    if (status >= 300) throw new Error(`outside: ${status} ${JSON.stringify(body)}`);
    return body as unknown as MultiKeyListener;
  };
  return {
    async create(resource) {
      await must(rest('POST', path(), resource));
    },
    async change(name, change) {
      const resource = await must(rest('GET', path(name)));
      change(resource);
      await must(rest('PUT', path(name), resource));
    },
    async setStatus(name, status) {
      await must(rest('PATCH', `${path(name)}/status`, { status }, 'application/merge-patch+json'));
    },
    async remove(name) {
      await must(rest('DELETE', path(name)));
    },
  };
}

/** The contract's harness for one namespace of an API server. */
export function kubernetesHarness(
  kubeconfig: string,
  rest: Rest,
  namespace: string,
  cleanup: () => Promise<void>,
): Harness {
  return {
    open: () => openStore(kubeconfig, { namespace }),
    outside: restOutside(rest, namespace),
    capabilities: { identity: true, status: true, facts: true },
    host: 'web',
    cleanup,
  };
}
