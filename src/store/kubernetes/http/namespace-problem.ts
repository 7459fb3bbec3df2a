import { Failure, isFailure } from '../../../model/failure.js';
import { shellWord } from '../../../model/text.js';
import type { Api } from './api.js';

/**
 * `Store.placeProblem`: the failure `namespace-not-found` if the namespace does not exist or is being deleted. Undefined if it
 * is usable or cannot be read, because this program does not require the permission to read namespaces.
 */
export async function namespaceProblem(api: Api, signal?: AbortSignal): Promise<Failure | undefined> {
  const { namespace } = api;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const absent = (why: string): Failure =>
    new Failure('namespace-not-found', `the namespace ${namespace} ${why}`, {
      hint: `Create it with: kubectl create namespace ${shellWord(namespace)}`,
    });
  try {
    const found = await api.json(
      { verb: 'get', resource: 'namespaces', name: namespace },
      { method: 'GET', path },
      signal,
    );
    const { metadata } = found as { metadata?: { deletionTimestamp?: string } };
    return metadata?.deletionTimestamp ? absent('is being deleted') : undefined;
  } catch (error) {
    if (isFailure(error, 'not-found', 'namespace-not-found')) return absent('does not exist');
    if (isFailure(error)) return undefined;
    throw error;
  }
}
