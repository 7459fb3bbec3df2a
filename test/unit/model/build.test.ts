import { buildResource, desired, merged } from '../../../src/model/build.js';
import { resource, weighted } from '../fixtures.js';

const fields = (problems: readonly { field: string }[]): string[] => problems.map(({ field }) => field);

describe('buildResource', () => {
  test('what was typed, and nothing else', () => {
    const { resource: built, problems } = buildResource(
      { name: 'web', port: '8080', weighted: ['east=1'] },
      'kubernetes',
      'web',
    );
    expect(problems).toEqual([]);
    expect(built).toEqual({
      apiVersion: 'skupper.io/v2alpha1',
      kind: 'MultiKeyListener',
      metadata: { name: 'web' },
      spec: { host: 'web', port: 8080, strategy: weighted({ east: 1 }) },
    });
  });

  test('every option', () => {
    const { resource: built, problems } = buildResource(
      {
        name: 'web',
        port: '1',
        namespace: 'west',
        host: 'h',
        priority: ['a'],
        tlsCredentials: 's',
        requireClientCert: true,
        observer: 'http1',
        settings: ['k=v'],
        labels: ['l=1'],
        annotations: ['n=2'],
      },
      'kubernetes',
      'web',
    );
    expect(problems).toEqual([]);
    expect(built.metadata).toEqual({ name: 'web', namespace: 'west', labels: { l: '1' }, annotations: { n: '2' } });
    expect(built.spec).toEqual({
      host: 'h',
      port: 1,
      strategy: { priority: { routingKeys: ['a'] } },
      tlsCredentials: 's',
      requireClientCert: true,
      observer: 'http1',
      settings: { k: 'v' },
    });
  });

  test('every problem of every option at once', () => {
    const { problems } = buildResource(
      {
        name: 'A',
        port: '80a',
        host: '-',
        weighted: ['a'],
        observer: 'x',
        settings: ['k'],
        labels: ['l'],
        annotations: ['n'],
        requireClientCert: true,
      },
      'kubernetes',
      'A',
    );
    expect(fields(problems)).toEqual([
      'spec.port',
      'spec.strategy.weighted.routingKeys[a]',
      'spec.settings',
      'metadata.labels',
      'metadata.annotations',
      'metadata.name',
      'spec.host',
      'spec.requireClientCert',
      'spec.observer',
    ]);
  });

  test('a host that only echoes a wrong name is not blamed as well; one that was typed is', () => {
    const options = { name: 'A_b', port: '80', weighted: ['a=1'] };
    expect(fields(buildResource(options, 'kubernetes', 'A_b').problems)).toEqual(['metadata.name']);
    expect(fields(buildResource({ ...options, host: 'A_b' }, 'kubernetes', 'A_b').problems)).toEqual([
      'metadata.name',
      'spec.host',
    ]);
  });

  test('both strategies and neither are one problem of the strategy', () => {
    const both = { name: 'web', port: '80', weighted: ['a=1'], priority: ['a'] };
    expect(fields(buildResource(both, 'system', '0.0.0.0').problems)).toEqual(['spec.strategy']);
    expect(fields(buildResource({ name: 'web', port: '80' }, 'system', '0.0.0.0').problems)).toEqual(['spec.strategy']);
  });

  test('an empty --tls-credentials means none', () => {
    const { resource: built } = buildResource(
      { name: 'web', port: '80', weighted: ['a=1'], tlsCredentials: '' },
      'system',
      '::',
    );
    expect(built.spec).not.toHaveProperty('tlsCredentials');
  });
});

test('merged: what was typed wrong hides what only follows from it', () => {
  const typed = [{ field: 'a.b[x]', message: 'typed' }];
  const rules = [
    { field: 'a.b', message: 'follows' },
    { field: 'a.b[x]', message: 'the same' },
    { field: 'a.b[y]', message: 'another' },
    { field: 'a', message: 'the whole' },
  ];
  expect(merged(typed, rules).map(({ message }) => message)).toEqual(['typed', 'another', 'the whole']);
});

describe('desired', () => {
  test('leaves out what only a server sets, the status, nulls and empty maps', () => {
    const full = resource({
      metadata: {
        namespace: 'west',
        uid: 'u',
        resourceVersion: '5',
        generation: 3,
        creationTimestamp: '2026-07-23T10:00:00Z',
        managedFields: [{}],
        labels: {},
        annotations: { a: 'b' },
        finalizers: ['x/y'],
      },
      spec: { observer: null, settings: {}, strategy: { priority: null, ...weighted({ a: 1 }) } } as never,
      status: { status: 'Ready' },
    });
    expect(desired(full)).toEqual({
      apiVersion: 'skupper.io/v2alpha1',
      kind: 'MultiKeyListener',
      metadata: { name: 'web', namespace: 'west', annotations: { a: 'b' }, finalizers: ['x/y'] },
      spec: { host: 'web', port: 8080, strategy: weighted({ a: 1 }) },
    });
  });

  test('changes nothing of what it was given', () => {
    const given = resource({ spec: { settings: {} } });
    const was = structuredClone(given);
    desired(given);
    expect(given).toEqual(was);
  });
});
