// Replaces the names that client-node's kubeconfig imports from node-fetch; this program does not call them. They wrap Node's own
// functions, so that Node loads its fetch only at a call.
export function Headers(...init) {
  return new globalThis.Headers(...init);
}
export default (...request) => globalThis.fetch(...request);
// client-node only re-exports these.
export class AbortError extends Error {}
export class FetchError extends Error {}
