import { mergeManifest } from '../../../../src/model/change/merge-manifest.js';
import { FIELD_MANAGER } from '../../../../src/model/ownership.js';
import type { Metadata, MultiKeyListener, Spec } from '../../../../src/model/resource.js';
import { priority, resource, weighted } from '../../fixtures.js';

const fields = (spec: object, metadata: object = {}): object => ({ 'f:metadata': metadata, 'f:spec': spec });
/** A stored resource in which these fields are ours, and these somebody else's. */
function stored(
  parts: { metadata?: Partial<Metadata>; spec?: Partial<Spec> },
  ours: object,
  theirs = {},
): MultiKeyListener {
  const managedFields = [
    { manager: FIELD_MANAGER, operation: 'Update', fieldsV1: ours },
    { manager: 'kubectl-label', operation: 'Update', fieldsV1: theirs },
  ];
  return resource({ ...parts, metadata: { uid: 'u1', resourceVersion: '7', ...parts.metadata, managedFields } });
}

describe('mergeManifest with a record of who wrote what', () => {
  const before = stored(
    {
      metadata: { labels: { ours: '1', theirs: '2' }, annotations: { ours: '1', theirs: '2' } },
      spec: { observer: 'auto', tlsCredentials: 'tls', requireClientCert: true, settings: { ours: '1', theirs: '2' } },
    },
    fields(
      {
        'f:observer': {},
        'f:requireClientCert': {},
        'f:host': {},
        'f:port': {},
        'f:settings': { '.': {}, 'f:ours': {} },
      },
      { 'f:labels': { '.': {}, 'f:ours': {} }, 'f:annotations': { '.': {}, 'f:ours': {} } },
    ),
    fields(
      { 'f:tlsCredentials': {}, 'f:settings': { 'f:theirs': {} } },
      { 'f:labels': { 'f:theirs': {} }, 'f:annotations': { 'f:theirs': {} } },
    ),
  );

  test('what it no longer names is removed if it was ours, and kept if it was not', () => {
    const { metadata, spec } = mergeManifest(before, resource());
    expect(metadata).toMatchObject({ labels: { theirs: '2' }, annotations: { theirs: '2' }, uid: 'u1' });
    expect(metadata.labels).not.toHaveProperty('ours');
    expect(metadata.annotations).not.toHaveProperty('ours');
    expect(spec).toEqual({ ...resource().spec, tlsCredentials: 'tls', settings: { theirs: '2' } });
  });

  test('what it names is set, whoever wrote it, and what it does not change stays', () => {
    const manifest = resource({
      metadata: { labels: { theirs: '3' } },
      spec: { port: 81, observer: 'auto', requireClientCert: false, settings: { ours: '1', more: '4' } },
    });
    const { metadata, spec } = mergeManifest(before, manifest);
    expect(metadata.labels).toEqual({ theirs: '3' });
    expect(spec).toMatchObject({ port: 81, observer: 'auto', requireClientCert: false, tlsCredentials: 'tls' });
    expect(spec.settings).toEqual({ ours: '1', theirs: '2', more: '4' });
  });

  test('host and port are always named; the strategy is taken whole', () => {
    const manifest = resource({ spec: { strategy: weighted({ north: 1 }) } });
    expect(mergeManifest(before, manifest).spec.strategy).toEqual(weighted({ north: 1 }));
    const other = mergeManifest(before, resource({ spec: { strategy: priority('a') } }));
    expect(other.spec.strategy).toEqual(priority('a'));
    expect(other.spec).toMatchObject({ host: 'web', port: 8080 });
  });

  test('status, finalizers and what only a server sets are left alone, in the manifest too', () => {
    const manifest = resource({ metadata: { uid: 'other', resourceVersion: '1' }, status: { status: 'Ready' } });
    const held = { ...before, metadata: { ...before.metadata, finalizers: ['x'] } };
    const after = mergeManifest(held, manifest);
    expect(after.metadata).toMatchObject({ uid: 'u1', resourceVersion: '7', finalizers: ['x'] });
    expect(after.status).toBeUndefined();
  });

  test('a null in the manifest names nothing', () => {
    const manifest = resource({ spec: { observer: null as unknown as undefined } });
    expect(mergeManifest(before, manifest).spec).not.toHaveProperty('observer');
  });

  test('a map that we once set empty is not taken from those who filled it', () => {
    const filled = stored({ spec: { settings: { theirs: '2' } } }, fields({ 'f:settings': {} }));
    expect(mergeManifest(filled, resource()).spec.settings).toEqual({ theirs: '2' });
  });

  test('nothing of it is ours: everything else stays', () => {
    const foreign = stored({ metadata: { labels: { a: '1' } }, spec: { observer: 'http1' } }, {});
    expect(mergeManifest(foreign, resource())).toEqual(foreign);
  });

  test('neither argument is changed', () => {
    const [copy, manifest] = [structuredClone(before), resource({ metadata: { labels: { a: 'b' } } })];
    mergeManifest(before, manifest);
    expect([before, manifest]).toEqual([copy, resource({ metadata: { labels: { a: 'b' } } })]);
  });
});

describe('mergeManifest where nobody keeps a record (system sites)', () => {
  const before = resource({
    metadata: { labels: { a: '1' } },
    spec: { observer: 'auto', tlsCredentials: 'tls', settings: { a: '1', b: '2' } },
  });
  const unknown = { ...before, spec: { ...before.spec, futureField: 1 } };

  test('the spec is that of the manifest; labels and unknown fields are kept', () => {
    const after = mergeManifest(unknown, resource({ metadata: { labels: { b: '2' } } }));
    expect(after.metadata.labels).toEqual({ a: '1', b: '2' });
    expect(after.spec).toEqual({ ...resource().spec, futureField: 1 });
  });

  test('of the settings those that are named', () => {
    expect(mergeManifest(before, resource({ spec: { settings: { b: '3' } } })).spec.settings).toEqual({ b: '3' });
  });
});
