// What client-node's kubeconfig imports of node-fetch. Node has it built in, but touching it loads all
// of it: nothing of ours calls these.
export function Headers(...init) {
  return new globalThis.Headers(...init);
}
export default (...request) => globalThis.fetch(...request);
// Only re-exported by client-node.
export class AbortError extends Error {}
export class FetchError extends Error {}
