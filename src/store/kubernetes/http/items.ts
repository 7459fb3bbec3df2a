import { Failure } from '../../../model/failure.js';
import { API_VERSION, KIND, type MultiKeyListener } from '../../../model/resource.js';

/**
 * The resource with apiVersion and kind, which the items of a list may not have.
 *
 * @throws Failure `bad-response` for an object without a strategy, which the CRD requires: something on the way changed it
 */
export function asMultiKeyListener(item: Omit<MultiKeyListener, 'apiVersion' | 'kind'>): MultiKeyListener {
  const { metadata, spec } = item as { metadata: MultiKeyListener['metadata']; spec?: { strategy?: unknown } | null };
  if (typeof spec?.strategy !== 'object' || spec.strategy === null)
    throw new Failure('bad-response', `the server sent ${metadata.name} without spec.strategy`, {
      hint: 'Try again; check any proxy in between.',
    });
  return { ...item, apiVersion: API_VERSION, kind: KIND };
}
