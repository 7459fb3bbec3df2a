import fc from 'fast-check';
import { applyChange, parseChange } from '../../../../src/model/change/change.js';
import { mergePatch, sameJson } from '../../../../src/model/change/merge-patch.js';
import { priority, resource, weighted } from '../../fixtures.js';

const fields = (problems: readonly { field: string }[]): string[] => problems.map(({ field }) => field);
const OLD = resource({
  metadata: { labels: { a: '1' }, annotations: { n: '1' }, uid: 'u', resourceVersion: '7' },
  spec: { tlsCredentials: 's', requireClientCert: true, observer: 'auto', settings: { k: 'v' } },
});

describe('applyChange', () => {
  const change = (options: Parameters<typeof parseChange>[0], before = OLD): ReturnType<typeof applyChange> =>
    applyChange(before, parseChange(options), 'kubernetes');

  test.each([
    ['port', { port: '81' }, { spec: { port: 81 } }],
    ['host', { host: 'web2' }, { spec: { host: 'web2' } }],
    ['client certificates off', { requireClientCert: false }, { spec: { requireClientCert: null } }],
    [
      'TLS cleared',
      { tlsCredentials: '', requireClientCert: false },
      { spec: { tlsCredentials: null, requireClientCert: null } },
    ],
    ['observer cleared', { observer: '' }, { spec: { observer: null } }],
    ['a setting removed and one added', { settings: ['k-', 'x=y'] }, { spec: { settings: { k: null, x: 'y' } } }],
    ['labels', { labels: ['a-', 'b=2'] }, { metadata: { labels: { a: null, b: '2' } } }],
    ['annotations', { annotations: ['n=2'] }, { metadata: { annotations: { n: '2' } } }],
    ['a strategy', { weighted: ['east=5,west=1'] }, { spec: { strategy: { weighted: { routingKeys: { east: 5 } } } } }],
    ['the same strategy', { weighted: ['west=1,east=3'] }, {}],
    ['the same values', { port: '8080', host: 'web', labels: ['a=1'] }, {}],
    ['nothing', {}, {}],
  ])('%s', (_title, options, patch) => {
    const { after, problems } = change(options);
    expect(problems).toEqual([]);
    expect(mergePatch(OLD, after)).toEqual(patch);
  });

  test('another kind of strategy replaces the whole one', () => {
    expect(change({ priority: ['east,west'] }).after.spec.strategy).toEqual(priority('east', 'west'));
  });

  test('the old object stays as it was', () => {
    const was = structuredClone(OLD);
    change({ port: '1', labels: ['a-'], settings: ['k-'] });
    expect(OLD).toEqual(was);
  });

  test('every problem of the change at once', () => {
    const { problems } = change({ port: 'x', host: '-', observer: 'y', weighted: ['a'], labels: ['l'] });
    expect(fields(problems)).toEqual([
      'spec.port',
      'spec.strategy.weighted.routingKeys[a]',
      'metadata.labels',
      'spec.host',
      'spec.observer',
    ]);
  });

  test('clearing the credentials under requireClientCert is refused', () => {
    expect(fields(change({ tlsCredentials: '' }).problems)).toEqual(['spec.requireClientCert']);
  });

  test('an old fault elsewhere does not stand in the way of a repair; a touched one does', () => {
    const broken = resource({ spec: { host: 'Bad_Host', port: 70000, strategy: weighted({ a: 0 }) } });
    expect(change({ port: '80' }, broken).problems).toEqual([]);
    expect(fields(change({ port: '70000' }, broken).problems)).toEqual(['spec.port']);
    expect(fields(change({ port: '70001' }, broken).problems)).toEqual(['spec.port']);
    expect(fields(change({ weighted: ['a=0,b=0'] }, broken).problems)).toEqual([
      'spec.strategy.weighted.routingKeys[a]',
      'spec.strategy.weighted.routingKeys[b]',
    ]);
  });

  test('fields that were not named stay, whatever they are', () => {
    const label = fc.stringMatching(/^[a-z]{1,5}$/);
    fc.assert(
      fc.property(fc.dictionary(label, label), fc.integer({ min: 1, max: 65535 }), (labels, port) => {
        const before = resource({ metadata: { labels: { ...labels }, uid: 'u' } });
        const { after } = change({ port: String(port) }, before);
        expect(sameJson(after, { ...before, spec: { ...before.spec, port } })).toBe(true);
      }),
    );
  });
});
