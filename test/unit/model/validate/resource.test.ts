import fc from 'fast-check';
import type { Family } from '../../../../src/model/resource.js';
import { validate } from '../../../../src/model/validate/resource.js';
import { priority, resource, weighted } from '../../fixtures.js';

type Row = [title: string, object: unknown, problems: [field: string, rule?: string][], families?: Family[]];

const BOTH: Family[] = ['kubernetes', 'system'];
const spec = (parts: Record<string, unknown>): unknown => resource({ spec: parts as never });
const metadata = (parts: Record<string, unknown>): unknown => resource({ metadata: parts as never });
const strategy = (value: unknown): unknown => spec({ strategy: value });
const weights = (value: unknown): unknown => strategy({ weighted: { routingKeys: value } });
const keys = (value: unknown): unknown => strategy({ priority: { routingKeys: value } });
const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `k${index}`);
const without = (object: object, name: string): object =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

const OWNER = { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: 'u' };
const W = 'spec.strategy.weighted.routingKeys';
const P = 'spec.strategy.priority.routingKeys';

const ROWS: Row[] = [
  ['weighted', weights({ a: 1, b: 2 }), []],
  ['priority', keys(['a', 'b']), []],
  ['the largest weights that fit', weights({ a: 2147483646, b: 1 }), []],
  ['256 weighted keys', weights(Object.fromEntries(many(256).map((key) => [key, 1]))), []],
  ['256 priority keys', keys(many(256)), []],
  ['a key outside the usual pattern', keys(['Über_all']), []],
  ['one null kind beside another', strategy({ priority: null, ...weighted({ a: 1 }) }), []],
  [
    'all optional fields',
    spec({ tlsCredentials: 's', requireClientCert: true, observer: 'auto', settings: { a: 'b' } }),
    [],
  ],
  [
    'optional fields that are null',
    spec({ tlsCredentials: null, requireClientCert: null, observer: null, settings: null }),
    [],
  ],
  ['an empty tlsCredentials', spec({ tlsCredentials: '' }), []],
  [
    'what a server adds',
    metadata({ uid: 'u', resourceVersion: '1', generation: 1, creationTimestamp: null, managedFields: [] }),
    [],
  ],

  ['a text', 'text', [['']]],
  ['null', null, [['']]],
  ['a list', [resource()], [['']]],
  ['an empty map', {}, [['kind'], ['apiVersion'], ['metadata.name'], ['spec']]],
  ['another kind', { ...resource(), kind: 'Listener' }, [['kind']]],
  ['another version', { ...resource(), apiVersion: 'skupper.io/v1' }, [['apiVersion']]],
  ['an unknown field at the top', { ...resource(), colour: 'red' }, [['colour']]],
  ['an unknown field of the spec', spec({ colour: 'red' }), [['spec.colour']]],
  ['an unknown field of the strategy', strategy({ ...weighted({ a: 1 }), sticky: true }), [['spec.strategy.sticky']]],
  [
    'an unknown field of a kind',
    strategy({ weighted: { routingKeys: { a: 1 }, b: 1 } }),
    [['spec.strategy.weighted.b']],
  ],
  ['an unknown field of the metadata', metadata({ colour: 'red' }), [['metadata.colour']]],
  ['a spec that is a text', { ...resource(), spec: 'x' }, [['spec']]],
  ['metadata that is a list', { ...resource(), metadata: [] }, [['metadata']]],

  ['no host', { ...resource(), spec: without(resource().spec, 'host') }, [['spec.host']]],
  ['a host of null', spec({ host: null }), [['spec.host']]],
  ['a numeric host', spec({ host: 5 }), [['spec.host']]],
  ['an empty host', spec({ host: '' }), [['spec.host', 'host-is-service-name']], ['kubernetes']],
  ['an empty host', spec({ host: '' }), [['spec.host', 'host-is-bindable']], ['system']],
  ['a host with an underscore', spec({ host: 'Bad_Host' }), [['spec.host', 'host-is-service-name']], ['kubernetes']],
  ['a host with an underscore', spec({ host: 'Bad_Host' }), [['spec.host', 'host-is-bindable']], ['system']],
  ['a host that starts with a dash', spec({ host: '-x' }), [['spec.host', 'host-is-service-name']], ['kubernetes']],
  ['a host that starts with a dash', spec({ host: '-x' }), [['spec.host', 'host-is-bindable']], ['system']],
  ['a host of 64 characters', spec({ host: 'a'.repeat(64) }), [['spec.host', 'host-is-service-name']], ['kubernetes']],
  ['a host label of 64 characters', spec({ host: 'a'.repeat(64) }), [['spec.host', 'host-is-bindable']], ['system']],
  ['a host of 63 characters', spec({ host: 'a'.repeat(63) }), []],
  ['a host that starts with a digit', spec({ host: '1web' }), [['spec.host', 'host-is-service-name']], ['kubernetes']],
  [
    'a host with dots or upper case',
    spec({ host: 'Web.Example.org' }),
    [['spec.host', 'host-is-service-name']],
    ['kubernetes'],
  ],
  ['a host with upper case', spec({ host: 'Web.Example.org' }), [['spec.host', 'host-is-bindable']], ['system']],
  ['a host with two dashes', spec({ host: 'xn--web' }), [['spec.host', 'host-is-bindable']], ['system']],
  ['a host with dots', spec({ host: 'web.example.org' }), [], ['system']],
  ['an address', spec({ host: '0.0.0.0' }), [], ['system']],
  ['an IPv6 address', spec({ host: 'fe80::1' }), [], ['system']],
  ['an IPv6 address with a zone', spec({ host: 'fe80::1%eth0' }), [['spec.host', 'host-is-bindable']], ['system']],

  ['no port', { ...resource(), spec: without(resource().spec, 'port') }, [['spec.port']]],
  ['a port of null', spec({ port: null }), [['spec.port']]],
  ['a port as text', spec({ port: '8080' }), [['spec.port']]],
  ['a port with a fraction', spec({ port: 8080.5 }), [['spec.port']]],
  ['a port that is no number', spec({ port: NaN }), [['spec.port']]],
  ['port 0', spec({ port: 0 }), [['spec.port', 'port-range']]],
  ['port -1', spec({ port: -1 }), [['spec.port', 'port-range']]],
  ['port 65536', spec({ port: 65536 }), [['spec.port', 'port-range']]],
  ['port 65535', spec({ port: 65535 }), []],
  ['port 1', spec({ port: 1 }), []],

  ['no strategy', { ...resource(), spec: without(resource().spec, 'strategy') }, [['spec.strategy']]],
  ['a strategy of null', strategy(null), [['spec.strategy']]],
  ['a strategy of text', strategy('weighted'), [['spec.strategy']]],
  ['neither kind', strategy({}), [['spec.strategy']]],
  ['both kinds null', strategy({ priority: null, weighted: null }), [['spec.strategy']]],
  ['both kinds', strategy({ ...weighted({ a: 1 }), ...priority('a') }), [['spec.strategy']]],
  [
    'both kinds, both wrong',
    strategy({ ...weighted({ a: 0 }), ...priority('') }),
    [['spec.strategy'], [`${P}[0]`, 'routing-key-empty'], [`${W}[a]`, 'weight-minimum']],
  ],
  ['weighted of text', strategy({ weighted: 'a=1' }), [['spec.strategy.weighted']]],
  ['weighted without keys', strategy({ weighted: {} }), [[W]]],
  ['priority without keys', strategy({ priority: {} }), [[P]]],
  ['weighted with no key', weights({}), [[W]]],
  ['priority with no key', keys([]), [[P]]],
  ['weights as a list', weights(['a']), [[W]]],
  ['priorities as a map', keys({ a: 1 }), [[P]]],
  ['257 weighted keys', weights(Object.fromEntries(many(257).map((key) => [key, 1]))), [[W]]],
  [
    '257 weighted keys, one of them null, which is not counted',
    weights({ ...Object.fromEntries(many(256).map((key) => [key, 1])), n: null }),
    [[`${W}[n]`, 'weight-null']],
  ],
  ['257 priority keys', keys(many(257)), [[P]]],
  ['a priority key twice', keys(['a', 'b', 'a']), [[`${P}[2]`]]],
  ['a numeric priority key', keys([1]), [[`${P}[0]`]]],
  ['a null priority key', keys([null]), [[`${P}[0]`]]],
  ['an empty priority key', keys(['a', '']), [[`${P}[1]`, 'routing-key-empty']]],
  ['an empty weighted key', weights({ '': 1 }), [[`${W}[]`, 'routing-key-empty']]],
  ['a key with a space', keys(['a b']), [[`${P}[0]`, 'routing-key-characters']]],
  ['a key with a comma', weights({ 'a,b': 1 }), [[`${W}[a,b]`, 'routing-key-characters']]],
  ['a key with =', weights({ 'a=b': 1 }), [[`${W}[a=b]`, 'routing-key-characters']]],
  ['a key with an escape', keys(['\u001b[31m']), [[`${P}[0]`, 'routing-key-characters']]],
  ['weight 0', weights({ a: 0 }), [[`${W}[a]`, 'weight-minimum']]],
  ['weight -1', weights({ a: -1 }), [[`${W}[a]`, 'weight-minimum']]],
  ['weight 1.5', weights({ a: 1.5 }), [[`${W}[a]`]]],
  ['a weight as text', weights({ a: '1' }), [[`${W}[a]`]]],
  ['a weight of null', weights({ a: null }), [[`${W}[a]`, 'weight-null']]],
  ['weight 2147483647', weights({ a: 2147483647 }), []],
  ['weight 2147483648', weights({ a: 2147483648 }), [[`${W}[a]`, 'weight-maximum']]],
  ['weight 2^64', weights({ a: 2 ** 64 }), [[`${W}[a]`, 'weight-maximum']]],
  ['a sum over 2147483647', weights({ a: 2147483647, b: 1 }), [[W, 'weight-sum']]],
  [
    'every wrong weight',
    weights({ a: 0, b: -1, c: 'x', d: 1 }),
    [[`${W}[a]`, 'weight-minimum'], [`${W}[b]`, 'weight-minimum'], [`${W}[c]`]],
  ],

  ['numeric tlsCredentials', spec({ tlsCredentials: 5 }), [['spec.tlsCredentials']]],
  ['tlsCredentials with a slash', spec({ tlsCredentials: '../x' }), [['spec.tlsCredentials', 'tls-credentials-name']]],
  ['tlsCredentials with a dot', spec({ tlsCredentials: 'a.b' }), [], ['kubernetes']],
  [
    'tlsCredentials with a dot',
    spec({ tlsCredentials: 'a.b' }),
    [['spec.tlsCredentials', 'tls-credentials-name']],
    ['system'],
  ],
  ['requireClientCert as text', spec({ requireClientCert: 'true' }), [['spec.requireClientCert']]],
  ['requireClientCert alone', spec({ requireClientCert: true }), [['spec.requireClientCert', 'client-cert-needs-tls']]],
  [
    'requireClientCert with empty credentials',
    spec({ requireClientCert: true, tlsCredentials: '' }),
    [['spec.requireClientCert', 'client-cert-needs-tls']],
  ],
  ['requireClientCert false alone', spec({ requireClientCert: false }), []],
  ['an unknown observer', spec({ observer: 'tcp' }), [['spec.observer']]],
  ['an empty observer', spec({ observer: '' }), [['spec.observer']]],
  ['settings as a list', spec({ settings: [] }), [['spec.settings']]],
  ['a numeric setting', spec({ settings: { a: 1, b: 'x' } }), [['spec.settings[a]']]],

  ['no name', metadata({ name: undefined }), [['metadata.name']]],
  ['an empty name', metadata({ name: '' }), [['metadata.name']]],
  ['a numeric name', metadata({ name: 5 }), [['metadata.name']]],
  ['an upper-case name', metadata({ name: 'Web' }), [['metadata.name']]],
  ['a name with a slash', metadata({ name: 'a/b' }), [['metadata.name']]],
  ['a name of dots', metadata({ name: '..' }), [['metadata.name']]],
  ['a name with a dot', metadata({ name: 'a.b' }), [['metadata.name', 'name-without-dots']]],
  ['a name of 50 characters', metadata({ name: 'a'.repeat(50) }), []],
  ['a name of 51 characters', metadata({ name: 'a'.repeat(51) }), [['metadata.name', 'name-length']], ['kubernetes']],
  ['a name of 63 characters', metadata({ name: 'a'.repeat(63) }), [], ['system']],
  ['a name of 64 characters', metadata({ name: 'a'.repeat(64) }), [['metadata.name', 'name-length']]],
  ['a name of 254 characters', metadata({ name: 'a'.repeat(254) }), [['metadata.name']]],
  ['generateName only', metadata({ name: undefined, generateName: 'm-' }), [['metadata.name', 'generate-name']]],
  ['an impossible namespace', metadata({ namespace: 'A_b' }), [['metadata.namespace']]],
  ['a numeric namespace', metadata({ namespace: 5 }), [['metadata.namespace']]],
  ['a bad label value', metadata({ labels: { a: '-x-' } }), [['metadata.labels[a]']]],
  ['a label value of 64', metadata({ labels: { a: 'x'.repeat(64) } }), [['metadata.labels[a]']]],
  ['a bad label key', metadata({ labels: { 'a b': 'x' } }), [['metadata.labels[a b]']]],
  ['a numeric label', metadata({ labels: { a: 1 } }), [['metadata.labels[a]']]],
  ['a label with a prefix', metadata({ labels: { 'app.kubernetes.io/name': 'web' } }), []],
  ['a bad annotation key', metadata({ annotations: { 'a b': 'x' } }), [['metadata.annotations[a b]']]],
  ['annotations beyond 256 KiB', metadata({ annotations: { a: 'ä'.repeat(131072) } }), [['metadata.annotations']]],
  ['a label of null', metadata({ labels: { a: null } }), [['metadata.labels[a]', 'text-null']]],
  ['an annotation whose key is lowered as in Go', metadata({ annotations: { 'İ/1': 'a' } }), []],
  [
    'half a character in a setting',
    spec({ settings: { '\udc00': '' } }),
    [['spec.settings[\udc00]', 'text-characters']],
  ],
  ['a finalizer and an owner', metadata({ finalizers: ['a/b'], ownerReferences: [OWNER] }), []],
  ['finalizers of text', metadata({ finalizers: 'a' }), [['metadata.finalizers']]],
  [
    'a finalizer that is no qualified name, and both kinds of collection',
    metadata({ finalizers: ['a/b/c', 'orphan', 'foregroundDeletion'] }),
    ['metadata.finalizers[0]', 'metadata.finalizers'].map((field) => [field, 'finalizer-name']),
  ],
  ['an owner of text', metadata({ ownerReferences: ['a'] }), [['metadata.ownerReferences[0]']]],
  [
    'an owner without a uid, of an odd version, with more',
    metadata({ ownerReferences: [{ ...OWNER, uid: '', apiVersion: 'a/b/c', colour: 'red', controller: 1 }] }),
    ['colour', 'controller', 'uid', 'apiVersion'].map((name) => [`metadata.ownerReferences[0].${name}`]),
  ],
  [
    'an Event as owner',
    metadata({ ownerReferences: [{ ...OWNER, kind: 'Event' }] }),
    [['metadata.ownerReferences[0]']],
  ],
  [
    'two controllers',
    metadata({ ownerReferences: [OWNER, OWNER].map((each) => ({ ...each, controller: true })) }),
    [['metadata.ownerReferences']],
  ],
  [
    "server's fields of wrong types",
    metadata({
      uid: 1,
      generation: '1',
      creationTimestamp: '2026-02-30T10:00:00Z',
      selfLink: [],
      managedFields: [{ a: 1 }],
    }),
    ['uid', 'generation', 'creationTimestamp', 'selfLink', 'managedFields[0].a'].map((name) => [`metadata.${name}`]),
  ],
  ['a generation beyond 2^53', metadata({ generation: 2 ** 60 }), [['metadata.generation', 'integer-exact']]],
  ['a generateName beside a name', metadata({ generateName: 'a-' }), []],
  ['an impossible generateName', metadata({ generateName: 'a/-' }), [['metadata.generateName', 'generate-name']]],
  ['annotations of just 256 KiB', metadata({ annotations: { a: 'x'.repeat(262143) } }), []],
];

describe('validate', () => {
  const cases = ROWS.flatMap(([title, object, problems, families = BOTH]) =>
    families.map((family) => ({ title, family, object, problems })),
  );

  test.each(cases)('$family: $title', ({ family, object, problems }) => {
    const found = validate(object, family).map(({ field, rule }) => (rule ? [field, rule] : [field]));
    expect(found).toEqual(problems);
  });

  test('every problem of one resource at once', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Thing',
      metadata: { name: 'A', labels: { 'a b': '-' } },
      spec: { host: '-', port: 0, strategy: { weighted: { routingKeys: { a: 0 } } }, observer: 'x', extra: 1 },
    };
    const fields = validate(object, 'kubernetes').map(({ field }) => field);
    expect(fields).toEqual([
      'kind',
      'apiVersion',
      'metadata.name',
      'metadata.labels[a b]',
      'metadata.labels[a b]',
      'spec.extra',
      'spec.host',
      'spec.port',
      `${W}[a]`,
      'spec.observer',
    ]);
  });

  test('stands any JSON and says something about all that is no resource', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...BOTH), (value, family) => {
        const problems = validate(value, family);
        expect(problems.length).toBeGreaterThan(0);
        for (const problem of problems) expect(problem.message).not.toBe('');
      }),
    );
  });

  test('stands any JSON as the spec and as the metadata', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(Array.isArray(validate({ ...resource(), spec: one, metadata: other }, 'system'))).toBe(true);
      }),
    );
  });

  test('accepts every weighted map of possible keys whose sum fits', () => {
    const key = fc.stringMatching(/^[a-z0-9]{1,12}$/);
    const map = fc.dictionary(key, fc.integer({ min: 1, max: 1_000_000 }), { minKeys: 1, maxKeys: 256 });
    fc.assert(
      fc.property(map, (routingKeys) => expect(validate(weights({ ...routingKeys }), 'kubernetes')).toEqual([])),
    );
  });
});
