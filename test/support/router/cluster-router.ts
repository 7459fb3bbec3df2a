import type { Rest } from '../cluster/rest.js';
import { KubeletDouble } from './kubelet-double.js';
import type { RouterDouble } from './router-double.js';
import { routerBehind, routerPod } from './router-pods.js';

/** A router pod of a real API server, whose node has no more of a kubelet than what forwards ports. */
export interface ClusterRouter {
  router: RouterDouble;
  kubelet: KubeletDouble;
  pod: string;
  stop(): Promise<void>;
}

/** Makes a Node, a kubelet that it names, and a Ready router pod on it. */
export async function clusterRouter(admin: Rest, namespace: string): Promise<ClusterRouter> {
  const must = async (method: string, path: string, body: unknown, type?: string): Promise<void> => {
    const answer = await admin(method, path, body, type);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  const merge = 'application/merge-patch+json';
  const kubelet = new KubeletDouble();
  const Port = await kubelet.listen();
  const node = `node-${namespace}`;
  const pod = 'skupper-router-0';
  await must('POST', '/api/v1/nodes', { metadata: { name: node } });
  await must(
    'PATCH',
    `/api/v1/nodes/${node}/status`,
    {
      status: {
        addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
        daemonEndpoints: { kubeletEndpoint: { Port } },
      },
    },
    merge,
  );
  const { status, ...rest } = routerPod({ name: pod, namespace, node });
  await must('POST', `/api/v1/namespaces/${namespace}/pods`, rest);
  await must('PATCH', `/api/v1/namespaces/${namespace}/pods/${pod}/status`, { status }, merge);
  const router = await routerBehind(kubelet, { name: pod, namespace });
  return {
    router,
    kubelet,
    pod,
    async stop() {
      await admin('DELETE', `/api/v1/nodes/${node}`);
      await kubelet.close();
      await router.close();
    },
  };
}

/** Lets the user `limited` do that in a namespace. */
export async function allow(admin: Rest, namespace: string, resource: string, verbs: string[]): Promise<void> {
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const name = resource.replace('/', '-');
  const apiGroup = 'rbac.authorization.k8s.io';
  const rules = [{ apiGroups: [''], resources: [resource], verbs }];
  await admin('POST', `${path}/roles`, { metadata: { name }, rules });
  await admin('POST', `${path}/rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup, kind: 'Role', name },
    subjects: [{ apiGroup, kind: 'User', name: 'limited' }],
  });
}
