import type { Places, StoreOptions } from '../../store.js';
import { existingFiles, mergeFiles } from './kubeconfig-files.js';
import { text } from './parse.js';

/** The contexts of the kubeconfig, and the namespaces from the server or, if that fails, those in the kubeconfig's contexts. */
export async function kubernetesPlaces(options: StoreOptions): Promise<Places> {
  const merged = await mergeFiles(await existingFiles(options));
  const named = [...merged.contexts.values()].flatMap((context) => text(context['namespace']) ?? []);
  return {
    contexts: [...merged.contexts.keys()].sort(),
    namespaces: (signal) => listNamespaces(options, signal).catch(() => [...new Set(named)].sort()),
  };
}

async function listNamespaces(options: StoreOptions, signal: AbortSignal): Promise<string[]> {
  const [{ Api }, { connect }, { listAll }] = await Promise.all([
    import('../http/api.js'),
    import('./config.js'),
    import('../http/lists.js'),
  ]);
  const api = new Api(await connect(options), options.requestTimeoutMs);
  const { items } = await listAll(api, { verb: 'list', resource: 'namespaces' }, '/api/v1/namespaces', {}, signal);
  return items.map(({ metadata }) => metadata.name);
}
