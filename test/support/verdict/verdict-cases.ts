/** Counter-examples that the trials found once, by what is said to them now: tried before everything else, every time. */
export interface Case {
  title: string;
  /** An object, or the text of one where the very characters matter. */
  object: unknown;
  says: 'both accept' | 'both reject' | string;
}

const whole = (metadata: object, spec: object = {}): object => ({
  apiVersion: 'skupper.io/v2alpha1',
  kind: 'MultiKeyListener',
  metadata: { name: 'web', ...metadata },
  spec: { host: 'web', port: 8080, strategy: { weighted: { routingKeys: { a: 1 } } }, ...spec },
});
const weight = (value: number): object => whole({}, { strategy: { weighted: { routingKeys: { a: value } } } });
const owner = (parts: object): object =>
  whole({ ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: 'u', ...parts }] });
/** Its first 1 written otherwise. */
const text = (object: object, one: string): string => JSON.stringify(object).replace(/:1\b/, `:${one}`);
const many = (weights: object): object => {
  const routingKeys = Object.fromEntries(Array.from({ length: 256 }, (_, index) => [`k${index}`, 1]));
  return whole({}, { strategy: { weighted: { routingKeys: { ...routingKeys, ...weights } } } });
};
const settings = (value: unknown): object => whole({}, { settings: value });

export const CASES: readonly Case[] = [
  // These were accepted, sent, and refused by the server.
  { title: 'finalizers that are a number', object: whole({ finalizers: 5 }), says: 'both reject' },
  { title: 'a finalizer of null', object: whole({ finalizers: [null] }), says: 'both reject' },
  { title: 'a finalizer that is no qualified name', object: whole({ finalizers: ['a/b/c'] }), says: 'both reject' },
  {
    title: 'both kinds of collection',
    object: whole({ finalizers: ['orphan', 'foregroundDeletion'] }),
    says: 'both reject',
  },
  { title: 'one finalizer twice', object: whole({ finalizers: ['a', 'a'] }), says: 'both accept' },
  { title: 'owners that are a text', object: whole({ ownerReferences: 'c' }), says: 'both reject' },
  { title: 'an owner of null', object: whole({ ownerReferences: [null] }), says: 'both reject' },
  { title: 'an owner without a uid', object: owner({ uid: null }), says: 'both reject' },
  { title: 'an owner with an unknown field', object: owner({ colour: 'red' }), says: 'both reject' },
  { title: 'an owner of an odd apiVersion', object: owner({ apiVersion: 'a/b/c' }), says: 'both reject' },
  { title: 'an owner that is an Event', object: owner({ kind: 'Event' }), says: 'both reject' },
  { title: 'a controller of text', object: owner({ controller: 'true' }), says: 'both reject' },
  { title: 'an owner', object: owner({ controller: true, blockOwnerDeletion: null }), says: 'both accept' },
  // These were accepted and left out of what is sent; kubectl would have been refused.
  { title: 'a creation time of text', object: whole({ creationTimestamp: 'now' }), says: 'both reject' },
  {
    title: 'a creation on 30 February',
    object: whole({ creationTimestamp: '2026-02-30T10:00:00Z' }),
    says: 'both reject',
  },
  {
    title: 'a creation time',
    object: whole({ creationTimestamp: '2026-07-23T10:00:00.5+01:00' }),
    says: 'both accept',
  },
  { title: 'a generation of text', object: whole({ generation: '1' }), says: 'both reject' },
  { title: 'a uid of a number', object: whole({ uid: 1 }), says: 'both reject' },
  {
    title: 'managedFields with an unknown field',
    object: whole({ managedFields: [{ colour: 1 }] }),
    says: 'both reject',
  },
  { title: 'a generateName with a slash', object: whole({ generateName: 'a/-' }), says: 'both reject' },
  { title: 'a generateName whose last letter is no ASCII', object: whole({ generateName: 'ü-' }), says: 'both reject' },
  { title: 'a generateName beside a name', object: whole({ generateName: 'a-' }), says: 'both accept' },
  // These were refused without a word about the rule being ours.
  { title: 'a generateName alone', object: whole({ name: undefined, generateName: 'a-' }), says: 'generate-name' },
  {
    title: 'an annotation with a dotted capital I',
    object: whole({ annotations: { 'İ/1': 'a' } }),
    says: 'both accept',
  },
  { title: 'a label of null', object: whole({ labels: { a: null } }), says: 'text-null' },
  { title: 'an annotation of null', object: whole({ annotations: { a: null } }), says: 'text-null' },
  { title: 'a setting of null', object: settings({ a: null }), says: 'text-null' },
  { title: '257 weights, one of them null', object: many({ n: null }), says: 'weight-null' },
  { title: '257 weights', object: many({ n: 1 }), says: 'both reject' },
  { title: 'the smallest weight of int64', object: text(weight(1), '-9223372036854775808'), says: 'weight-minimum' },
  { title: 'the largest weight of int64', object: text(weight(1), '9223372036854775807'), says: 'weight-maximum' },
  {
    title: 'the largest generation of int64',
    object: text(whole({ generation: 1 }), '9223372036854775807'),
    says: 'integer-exact',
  },
  {
    title: 'a port just beside a whole number',
    object: whole({}, { port: 384849264.00000006 }),
    says: 'integer-exact',
  },
  { title: 'a weight just beside a whole number', object: weight(3.0000000000000004), says: 'integer-exact' },
  { title: 'a port that is not whole', object: whole({}, { port: 8080.5 }), says: 'both reject' },
];

/** The same for system sites. */
export const SITE_CASES: readonly Case[] = [
  { title: 'a host in upper case', object: whole({}, { host: 'Web' }), says: 'both reject' },
  { title: 'a host with two dashes', object: whole({}, { host: 'xn--a' }), says: 'both reject' },
  { title: 'a host with dots', object: whole({}, { host: 'a.b-c.d' }), says: 'both accept' },
  { title: 'an address', object: whole({}, { host: 'fe80::1' }), says: 'both accept' },
  { title: 'port 70000', object: whole({}, { port: 70000 }), says: 'port-range' },
  { title: 'half a character in a setting', object: settings({ a: '\ud800' }), says: 'text-characters' },
];
