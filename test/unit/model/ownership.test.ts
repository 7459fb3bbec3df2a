import { FIELD_MANAGER, ownedPaths } from '../../../src/model/ownership.js';
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
