import { RouterDouble } from './router-double.js';
import type { KubeletDouble } from './kubelet-double.js';
import { emptyRouter } from './system-router.js';

/** Where a router listens in its pod. */
export const ROUTER_PORT = 5672;

export interface PodOptions {
  name?: string;
  namespace?: string;
  ready?: boolean;
  node?: string;
}

/** A router pod as Skupper's controller has it made, with the status that a kubelet writes. */
export function routerPod({ name = 'skupper-router-0', namespace = 'west', ready = true, node }: PodOptions = {}) {
  const message = ready ? {} : { reason: 'ContainersNotReady', message: 'containers with unready status: [router]' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: { application: 'skupper-router', 'skupper.io/component': 'router' },
    },
    spec: { ...(node && { nodeName: node }), containers: [{ name: 'router', image: 'skupper-router' }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', ...message }] },
  };
}

/** A router that a kubelet forwards to. */
export async function routerBehind(
  kubelet: KubeletDouble,
  { name = 'skupper-router-0', namespace = 'west' }: PodOptions = {},
): Promise<RouterDouble> {
  const double = new RouterDouble(emptyRouter(name));
  kubelet.expose({ namespace, pod: name, port: ROUTER_PORT }, await double.listen());
  return double;
}
