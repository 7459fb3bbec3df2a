import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApiDouble } from '../support/double/api-double.js';
import { startControlPlane, type ControlPlane } from '../support/cluster/control-plane.js';
import type { Handle } from '../support/cluster/control-plane-handle.js';
import { installCrds } from '../support/cluster/control-plane-setup.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { rawRestClient, type RawRest } from '../support/cluster/rest.js';

interface Verdict {
  name: string;
  operation: 'create' | 'update' | 'get';
  /** A string where the very bytes matter. */
  object?: object | string;
  accepted?: boolean;
  code: number;
  reason?: string;
  causes?: { field: string }[];
}

type Judged = { code: number; reason?: string; fields: string[] };

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const RECORDED = path.join(ROOT, '..', 'shared', 'recorded', 'verdicts.json');
const PUBLISHED = path.join(ROOT, '..', 'shared', 'crd', 'skupper_multikeylistener_crd.yaml');
const shared = sharedControlPlane();
const plane = shared as Handle;
const verdicts: Verdict[] = existsSync(RECORDED) ? (JSON.parse(readFileSync(RECORDED, 'utf8')) as Verdict[]) : [];

const strategy = (kind: string, keys: string[]): object =>
  kind === 'priority'
    ? { priority: { routingKeys: keys } }
    : { weighted: { routingKeys: Object.fromEntries(keys.map((key, index) => [key, index + 1])) } };

type Updatable = { metadata: Record<string, unknown>; spec: Record<string, unknown> };

/** The recorded updates, which say in their names only what they do. */
const UPDATES: Record<string, (object: Updatable, kind: string) => void> = {
  'no change': () => undefined,
  'host and port': ({ spec }) => Object.assign(spec, { host: 'other', port: 9090 }),
  'switch kind': ({ spec }, kind) => (spec.strategy = strategy(kind === 'priority' ? 'weighted' : 'priority', ['a'])),
  'add the other kind': ({ spec }) =>
    (spec.strategy = { ...strategy('priority', ['a']), ...strategy('weighted', ['a']) }),
  'remove strategy': ({ spec }) => delete spec.strategy,
  'other keys': ({ spec }, kind) => (spec.strategy = strategy(kind, ['x', 'y'])),
  'reorder or reweigh': ({ spec }, kind) => (spec.strategy = strategy(kind, ['b', 'a'])),
  'stale resourceVersion': ({ metadata }) => (metadata.resourceVersion = '1'),
  'no resourceVersion': ({ metadata }) => delete metadata.resourceVersion,
  'other uid': ({ metadata }) => (metadata.uid = '00000000-0000-0000-0000-000000000000'),
  'other name than the path': ({ metadata }) => (metadata.name = 'zz'),
};

/** The objects too large to be recorded. */
const LARGE: Record<string, object> = {
  'annotation 300 KiB': { metadata: { name: 'm', annotations: { a: 'x'.repeat(300 * 1024) } } },
  'routing key 10k chars': { spec: { host: 'web', port: 8080, strategy: strategy('priority', ['k'.repeat(10_000)]) } },
};

function subject({ name, object }: Verdict): string {
  if (typeof object === 'string') return object;
  const usual = { host: 'web', port: 8080, strategy: strategy('weighted', ['a', 'b']) };
  const whole = {
    apiVersion: 'skupper.io/v2alpha1',
    kind: 'MultiKeyListener',
    metadata: { name: 'm' },
    spec: usual,
    ...LARGE[name],
  };
  return JSON.stringify(object ?? whole);
}

async function judge(verdict: Verdict, rest: RawRest, namespace: string): Promise<Judged> {
  const path = `/apis/skupper.io/v2alpha1/namespaces/${namespace}/multikeylisteners`;
  const strict = '?fieldValidation=Strict';
  let answer: { status: number; body: Record<string, unknown> };
  if (verdict.operation === 'get') {
    answer = await rest('GET', `${path}/absent`);
  } else if (verdict.operation === 'create') {
    answer = await rest('POST', path + strict, subject(verdict));
  } else {
    const [kind = '', what = ''] = verdict.name.split(': ');
    const name = `u-${kind}`;
    const spec = { host: 'web', port: 8080, strategy: strategy(kind, ['a', 'b']) };
    const made = { apiVersion: 'skupper.io/v2alpha1', kind: 'MultiKeyListener', metadata: { name }, spec };
    const { body } = await rest('POST', path, JSON.stringify(made));
    UPDATES[what]?.(body as unknown as Updatable, kind);
    answer = await rest('PUT', `${path}/${name}${strict}`, JSON.stringify(body));
  }
  for (const name of ['m', 'u-weighted', 'u-priority']) await rest('DELETE', `${path}/${name}`);
  const made = (answer.body.metadata as { name?: string } | undefined)?.name;
  if (answer.status === 201 && made) await rest('DELETE', `${path}/${made}`);
  const details = answer.body.details as { causes?: { field: string }[] } | undefined;
  const fields = (details?.causes ?? []).map(({ field }) => field).sort();
  return { code: answer.status, ...(answer.status >= 300 && { reason: answer.body.reason as string }), fields };
}

/** What the recording client left out before it sent; the server itself refuses it (seen on 1.34.4). */
const AS_SENT: Record<string, Partial<Judged>> = {
  'resourceVersion on create': { code: 500, reason: undefined },
};

const recorded = ({ name, code, reason, causes }: Verdict): Judged => ({
  code,
  ...(reason !== undefined && { reason }),
  fields: (causes ?? []).map(({ field }) => field).sort(),
  ...AS_SENT[name],
});

const describeRecorded = verdicts.length > 0 ? describeWith(shared) : describe.skip;

describeRecorded(`${verdicts.length} recorded verdicts`, () => {
  async function all(rest: RawRest, namespace: string): Promise<Record<string, Judged>> {
    const judged: Record<string, Judged> = {};
    for (const verdict of verdicts) judged[verdict.name] = await judge(verdict, rest, namespace);
    return judged;
  }
  const expected = Object.fromEntries(verdicts.map((verdict) => [verdict.name, recorded(verdict)]));

  test("the project's own CRD gives them", async () => {
    const namespace = await plane.newNamespace();
    expect(await all(rawRestClient(plane.server, plane.token, plane.ca), namespace)).toEqual(expected);
  });

  test('the double gives them', async () => {
    const double = await ApiDouble.start();
    try {
      expect(await all(rawRestClient(double.url, 'admin-token'), 'default')).toEqual(expected);
    } finally {
      await double.stop();
    }
  });

  test('the published CRD gives them', async () => {
    if (!existsSync(PUBLISHED)) return;
    const started = await startControlPlane({ crds: false });
    if ('reason' in started) throw new Error(started.reason);
    const own: ControlPlane = started;
    try {
      await installCrds(own.admin, [PUBLISHED]);
      expect(await all(rawRestClient(own.server, own.token, own.ca), await own.newNamespace())).toEqual(expected);
    } finally {
      await own.stop();
    }
  });
});
