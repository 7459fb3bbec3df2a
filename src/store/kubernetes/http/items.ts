import { API_VERSION, KIND, type MultiKeyListener } from '../../../model/resource.js';

/** The resource with the apiVersion and kind that list items may lack. */
export function asMultiKeyListener(item: Omit<MultiKeyListener, 'apiVersion' | 'kind'>): MultiKeyListener {
  return { ...item, apiVersion: API_VERSION, kind: KIND };
}
