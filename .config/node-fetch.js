// What client-node's kubeconfig imports of node-fetch: Node has it built in.
export const { Headers } = globalThis;
export default globalThis.fetch;
// Only re-exported by client-node; nothing of ours meets them.
export class AbortError extends Error {}
export class FetchError extends Error {}
