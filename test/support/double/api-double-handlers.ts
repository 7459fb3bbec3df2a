import type { ServerResponse } from 'node:http';
import { applyMergePatch } from '../../../src/model/change/merge-patch.js';
import type { Stored } from './api-double-rules.js';
import { badRequest, expired, Refusal, type Answer } from './api-double-status.js';
import { versionRequired, type Preconditions, type Storage } from './api-double-storage.js';
import { matcher, type Filter } from './api-double-watch.js';

/** One request, taken apart. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
  contentType: string;
  accept: string;
  /** The answer may be compressed. */
  gzip: boolean;
  response: ServerResponse;
}

/** What a path names. */
export interface Target {
  group: '' | 'skupper.io';
  plural: string;
  namespace?: string;
  name?: string;
  status: boolean;
}

const KINDS: Record<string, string> = {
  multikeylisteners: 'MultiKeyListener',
  sites: 'Site',
  listeners: 'Listener',
  services: 'Service',
  secrets: 'Secret',
  pods: 'Pod',
};

/** The object, collection or subresource of a path; undefined where the API has nothing. */
export function targetOf(path: string): Target | undefined {
  const match =
    /^\/(?:api\/v1|apis\/(skupper\.io)\/v2alpha1)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?(\/status)?$/.exec(
      path,
    );
  const [, group = '', namespace, plural = '', name, status] = match ?? [];
  const core = plural === 'services' || plural === 'secrets' || plural === 'pods';
  if (!match || !KINDS[plural] || core !== (group === '')) return undefined;
  const decode = (text: string | undefined): string | undefined => text && decodeURIComponent(text);
  return {
    group: core ? '' : 'skupper.io',
    plural,
    namespace: decode(namespace),
    name: decode(name),
    status: Boolean(status),
  };
}

/** `GET /apis/skupper.io/v2alpha1`. */
export function discovery(older: boolean): Answer {
  const names = older ? ['sites', 'listeners'] : ['sites', 'listeners', 'multikeylisteners'];
  const resources = names.map((name) => ({
    name,
    singularName: name.slice(0, -1),
    namespaced: true,
    kind: KINDS[name],
    verbs: [],
  }));
  return {
    code: 200,
    body: { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'skupper.io/v2alpha1', resources },
  };
}

/** Answers everything but watches. Throws Refusal. */
export function answer(storage: Storage, asked: Asked, target: Target): Answer {
  const { plural, namespace, name } = target;
  if (asked.method === 'GET' && name === undefined) return list(storage, asked, target);
  if (namespace === undefined)
    throw new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
  const dryRun = asked.query.get('dryRun') === 'All';
  if (asked.method === 'GET' && name !== undefined) {
    const found = storage.get(plural, namespace, name);
    return { code: 200, body: asked.accept.includes('as=Table') ? table([found]) : found };
  }
  if (asked.method === 'POST' && name === undefined) {
    const object = parse(asked.body);
    if (object.metadata?.namespace && object.metadata.namespace !== namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    }
    return { code: 201, body: storage.create(plural, namespace, object, dryRun) };
  }
  if ((asked.method === 'PUT' || asked.method === 'PATCH') && name !== undefined)
    return write(storage, asked, target, name, dryRun);
  if (asked.method === 'DELETE' && name !== undefined) return remove(storage, asked, target, name);
  throw new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
}

function parse(body: string): Partial<Stored> {
  try {
    return JSON.parse(body) as Partial<Stored>;
  } catch {
    throw badRequest('the object provided is unrecognized');
  }
}

function write(
  storage: Storage,
  asked: Asked,
  { plural, namespace = '', status }: Target,
  name: string,
  dryRun: boolean,
): Answer {
  const before = storage.get(plural, namespace, name);
  const given = parse(asked.body);
  if (asked.method === 'PUT') {
    const named = given.metadata?.name;
    if (named !== name)
      throw badRequest(`the name of the object (${named}) does not match the name on the URL (${name})`);
    if (!given.metadata?.resourceVersion) throw versionRequired(`${plural}.skupper.io`, name);
    const object = { ...given, metadata: given.metadata };
    return { code: 200, body: storage.update(plural, object, before, { dryRun, status }) };
  }
  if (!asked.contentType.startsWith('application/merge-patch+json')) {
    throw new Refusal(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - ${asked.contentType}`,
    );
  }
  const patched = applyMergePatch(structuredClone(before), given) as Stored;
  return { code: 200, body: storage.update(plural, patched, before, { dryRun, status }) };
}

function remove(storage: Storage, asked: Asked, { group, plural, namespace = '' }: Target, name: string): Answer {
  type DeleteOptions = { preconditions?: Preconditions; dryRun?: string[] };
  const options = asked.body === '' ? {} : (JSON.parse(asked.body) as DeleteOptions);
  const dryRun = options.dryRun?.includes('All') || asked.query.get('dryRun') === 'All';
  const deleted = storage.delete(plural, namespace, name, options.preconditions, dryRun);
  if (deleted.metadata.deletionTimestamp) return { code: 200, body: deleted };
  const details = { name, group, kind: plural, uid: deleted.metadata.uid };
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

function list(storage: Storage, { query, accept }: Asked, { plural, namespace }: Target): Answer {
  const filter: Filter = {
    plural,
    namespace,
    labelSelector: query.get('labelSelector') ?? undefined,
    fieldSelector: query.get('fieldSelector') ?? undefined,
  };
  const all = storage.list(plural).filter(matcher(filter));
  const token = query.get('continue');
  const from = token
    ? (JSON.parse(Buffer.from(token, 'base64url').toString()) as { version: string; after: string })
    : undefined;
  if (from && Number(from.version) < storage.oldest) throw expired(from.version, storage.oldest);
  const rest = from ? all.filter((object) => keyOf(object) > from.after) : all;
  const limit = Number(query.get('limit') ?? 0) || rest.length;
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const resourceVersion = from?.version ?? String(storage.current);
  const more = last !== undefined && items.length < rest.length;
  const next = more
    ? Buffer.from(JSON.stringify({ version: resourceVersion, after: keyOf(last) })).toString('base64url')
    : undefined;
  if (accept.includes('as=Table')) return { code: 200, body: table(items) };
  const kind = `${KINDS[plural]}List`;
  const counted = more && filter.labelSelector === undefined;
  const remainingItemCount = counted ? rest.length - items.length + storage.unlisted : undefined;
  const metadata = { resourceVersion, continue: next, remainingItemCount };
  return { code: 200, body: { kind, apiVersion: 'skupper.io/v2alpha1', metadata, items } };
}

const keyOf = ({ metadata }: Stored): string => `${metadata.namespace}/${metadata.name}`;

/** What a printer shows of Secrets. */
function table(objects: readonly Stored[]): object {
  const columnDefinitions = ['Name', 'Type', 'Data', 'Age'].map((name) => ({ name, type: 'string' }));
  const rows = objects.map((object) => {
    const { type = 'Opaque' } = object as Stored & { type?: string };
    return { cells: [object.metadata.name, type, 1, '1s'], object: null };
  });
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: {}, columnDefinitions, rows };
}
