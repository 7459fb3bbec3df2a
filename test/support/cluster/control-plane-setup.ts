import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadAll } from 'js-yaml';
import type { Rest } from './rest.js';

/** The project's own CRDs. */
export const OWN_CRDS = path.join(path.dirname(fileURLToPath(import.meta.url)), 'crd.yaml');

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const ESTABLISHED_MS = 600_000;

export interface Crd {
  metadata: { name: string };
  spec: { group: string; names: { plural: string }; versions: { name: string; schema?: object }[] };
}

/** The role that kubernetes.md lists ("RBAC the CLI needs"), for the user `limited`. */
export async function installRbac(admin: Rest): Promise<void> {
  const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
  const rules = [{ apiGroups: ['skupper.io'], resources: ['multikeylisteners'], verbs }];
  const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'multikeylisteners' };
  await must(admin, `${RBAC}/clusterroles`, { metadata: { name: role.name }, rules });
  await must(admin, `${RBAC}/clusterrolebindings`, {
    metadata: { name: role.name },
    roleRef: role,
    subjects: [{ apiGroup: role.apiGroup, kind: 'User', name: 'limited' }],
  });
}

/** The project's own CRDs as Skupper 2.2.0 has them: without spec.observer (kubernetes.md, versions). */
export async function crds220(): Promise<Crd[]> {
  return (await crdsOf([OWN_CRDS])).map((crd) => {
    const text = JSON.stringify(crd, (key, value: unknown) => (key === 'observer' ? undefined : value));
    return JSON.parse(text) as Crd;
  });
}

async function crdsOf(files: readonly string[]): Promise<Crd[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return texts.flatMap((text) => loadAll(text)).filter(Boolean) as Crd[];
}

/** Creates these CRDs, given or in files, and waits until all of them are served. */
export async function installCrds(admin: Rest, given: readonly string[] | readonly Crd[] = [OWN_CRDS]): Promise<void> {
  const files = given.filter((each): each is string => typeof each === 'string');
  const crds = [...(await crdsOf(files)), ...given.filter((each): each is Crd => typeof each !== 'string')];
  for (const crd of crds) await must(admin, CRDS, crd);
  const deadline = Date.now() + ESTABLISHED_MS;
  for (const { metadata, spec } of crds) {
    const path = `/apis/${spec.group}/${spec.versions[0]?.name}/${spec.names.plural}`;
    while ((await admin('GET', path)).status !== 200) {
      if (Date.now() > deadline) throw new Error(`${metadata.name} is not served`);
      await sleep(50);
    }
  }
}

/** Deletes a CRD with everything of its kind, and waits until it is no longer served. */
export async function removeCrd(admin: Rest, plural: string): Promise<void> {
  await admin('DELETE', `${CRDS}/${plural}.skupper.io`);
  const deadline = Date.now() + ESTABLISHED_MS;
  while ((await admin('GET', `/apis/skupper.io/v2alpha1/${plural}`)).status !== 404) {
    if (Date.now() > deadline) throw new Error(`${plural} is still served`);
    await sleep(50);
  }
}

async function must(admin: Rest, path: string, body: unknown): Promise<void> {
  const answer = await admin('POST', path, body);
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
