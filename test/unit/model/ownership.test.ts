import { gitOpsOwner, FIELD_MANAGER, ownedPaths } from '../../../src/model/ownership.js';
import { resource } from '../fixtures.js';

const owned = (...managedFields: unknown[]): string[] | undefined =>
  ownedPaths(resource({ metadata: { managedFields } }))?.map((path) => path.join('/'));
const entry = (fieldsV1: object, manager = FIELD_MANAGER, subresource?: string): object => ({
  manager,
  operation: 'Update',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...(subresource ? { subresource } : {}),
});

describe('ownedPaths', () => {
  test('as a real server writes them', () => {
    const fields = {
      'f:metadata': { 'f:labels': { '.': {}, 'f:app': {}, 'f:example.com/tier': {} } },
      'f:spec': {
        '.': {},
        'f:host': {},
        'f:settings': { '.': {}, 'f:a': {} },
        'f:strategy': { '.': {}, 'f:priority': { '.': {}, 'f:routingKeys': {} } },
      },
    };
    expect(owned(entry(fields))).toEqual([
      'metadata/labels/app',
      'metadata/labels/example.com/tier',
      'spec/host',
      'spec/settings/a',
      'spec/strategy/priority/routingKeys',
    ]);
  });

  test('nothing where nobody keeps a record, an empty list where the record holds nothing of ours', () => {
    expect(ownedPaths(resource())).toBeUndefined();
    expect(owned()).toEqual([]);
    expect(owned(entry({ 'f:spec': { 'f:observer': {} } }, 'kubectl-edit'))).toEqual([]);
    expect(owned({ manager: FIELD_MANAGER })).toEqual([]);
  });

  test('an entry of null, which a manifest may have, is passed over', () => {
    expect(owned(null, entry({ 'f:spec': { 'f:host': {} } }))).toEqual(['spec/host']);
    expect(gitOpsOwner(resource({ metadata: { managedFields: [null] } }))).toBeUndefined();
  });

  test('a status that we wrote is none of it', () => {
    expect(owned(entry({ 'f:status': { 'f:message': {} } }, FIELD_MANAGER, 'status'))).toEqual([]);
  });

  test('what another manager claims too is not ours alone; that one of them owns the map does not count', () => {
    const ours = entry({ 'f:spec': { 'f:observer': {}, 'f:settings': { '.': {}, 'f:a': {}, 'f:b': {} } } });
    const theirs = entry({ 'f:spec': { 'f:observer': {}, 'f:settings': { 'f:b': {} } } }, 'flux');
    expect(owned(ours, theirs)).toEqual(['spec/settings/a']);
  });

  test('a map of which no entry of ours is left holds the entries of others', () => {
    expect(
      owned(entry({ 'f:metadata': { 'f:labels': { '.': {} } }, 'f:spec': { 'f:settings': { '.': {} } } })),
    ).toEqual([]);
  });

  test('several entries of ours are one', () => {
    expect(owned(entry({ 'f:spec': { 'f:host': {} } }), entry({ 'f:spec': { 'f:port': {} } }))).toEqual([
      'spec/host',
      'spec/port',
    ]);
  });
});

describe('who applies a resource from elsewhere', () => {
  const managed = (manager: string, subresource?: string): object => ({
    managedFields: [entry({}, manager, subresource)],
  });
  test.each([
    ['nobody', {}, undefined],
    ['a person with kubectl', managed('kubectl-client-side-apply'), undefined],
    [
      'Argo CD by annotation',
      { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:skupper.io/MultiKeyListener:west/web' } },
      { tool: 'Argo CD', owner: 'shop' },
    ],
    ['Argo CD by label', { labels: { 'argocd.argoproj.io/instance': 'shop' } }, { tool: 'Argo CD', owner: 'shop' }],
    ['Argo CD by what it wrote', managed('argocd-controller'), { tool: 'Argo CD' }],
    [
      'Flux',
      {
        labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' },
      },
      { tool: 'Flux', owner: 'flux-system/apps' },
    ],
    [
      'Flux, which installs a chart with Helm',
      {
        labels: { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'apps' },
        annotations: { 'meta.helm.sh/release-name': 'shop' },
      },
      { tool: 'Flux', owner: 'apps/shop' },
    ],
    ['Flux by what it wrote', managed('helm-controller'), { tool: 'Flux' }],
    ['not Flux by a status it wrote', managed('helm-controller', 'status'), undefined],
    [
      'Helm',
      { annotations: { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'apps' } },
      { tool: 'Helm', owner: 'apps/shop' },
    ],
    ['Helm by what it wrote', managed('helm'), { tool: 'Helm' }],
  ])('%s', (_who, metadata, expected) => {
    expect(gitOpsOwner(resource({ metadata }))).toEqual(expected);
  });
});
