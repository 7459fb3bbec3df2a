import type { Failure } from '../../../../src/model/failure.js';
import { checkDocuments } from '../../../../src/operations/validate/documents.js';
import { resource } from '../../fixtures.js';

const document = (label: string, object: unknown): { label: string; object: unknown } => ({ label, object });
const named = (name: string, namespace?: string): unknown => resource({ metadata: { name, namespace } });

function problemsOf(objects: unknown[], namespace?: string): string[] {
  const documents = objects.map((object, index) => document(`doc ${index + 1}`, object));
  try {
    checkDocuments(documents, { family: 'kubernetes', namespace });
    return [];
  } catch (error) {
    return (error as Failure).causes.map(({ field }) => field);
  }
}

describe('checkDocuments', () => {
  test('each resource in its own namespace, or in that of the flag', () => {
    const checked = checkDocuments([document('a', named('x', 'west')), document('b', named('y'))], {
      family: 'kubernetes',
      namespace: 'west',
    });
    expect(checked.map(({ metadata }) => metadata.namespace)).toEqual(['west', 'west']);
    const free = checkDocuments([document('a', named('x', 'west')), document('b', named('y', ''))], {
      family: 'kubernetes',
      namespace: undefined,
    });
    expect(free.map(({ metadata }) => metadata.namespace)).toEqual(['west', undefined]);
  });

  test('every problem of every document, each with its document', () => {
    expect(problemsOf([named('A'), 'text', resource({ spec: { port: 0, host: '' } })])).toEqual([
      'doc 1: metadata.name',
      'doc 2',
      'doc 3: spec.host',
      'doc 3: spec.port',
    ]);
  });

  test('a namespace other than that of the flag', () => {
    expect(problemsOf([named('x', 'east')], 'west')).toEqual(['doc 1: metadata.namespace']);
  });

  test('the same resource twice', () => {
    expect(problemsOf([named('x'), named('y'), named('x')])).toEqual(['doc 3: metadata.name']);
    expect(problemsOf([named('x', 'west'), named('x', 'east')])).toEqual([]);
  });

  test('the same resource twice, once by the flag and once by its own namespace', () => {
    expect(problemsOf([named('x', 'west'), named('x')], 'west')).toEqual(['doc 2: metadata.name']);
  });

  test('stands documents of any shape', () => {
    for (const object of [null, 1, [], { metadata: null }, { metadata: 'x' }, { metadata: { name: {} } }]) {
      expect(problemsOf([object])[0]).toMatch(/^doc 1/);
    }
  });
});
