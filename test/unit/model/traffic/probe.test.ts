import { probeFindings } from '../../../../src/findings/probe-rules.js';
import { byKey, keyGiven, type Probe } from '../../../../src/model/traffic/probe.js';
import { told } from './states.js';

test.each<[string, Record<string, number>, string | undefined]>([
  ['one connection', { east: 5, west: 3 }, 'west'],
  ['none', { east: 5, west: 2 }, undefined],
  ['another client in between, of another key', { east: 6, west: 3 }, undefined],
  ['another client in between, of the same key', { east: 5, west: 4 }, undefined],
])('%s tells the key', (_, given, key) => {
  expect(keyGiven(told({ given: { east: 5, west: 2 } }), told({ given }), 'web')).toBe(key);
});

const probes = (...pairs: [string | undefined, Probe['outcome']][]): Probe[] =>
  pairs.map(([key, outcome]) => ({ key, outcome }));

test('by key, in the order of the strategy, and those that nobody knows the key of', () => {
  const rows = byKey(probes(['west', 'empty'], ['old', 'open'], [undefined, 'refused']), ['east', 'west']);
  expect(rows.map(({ key, probed, open, empty, refused }) => [key, probed, open, empty, refused])).toEqual([
    ['east', 0, 0, 0, 0],
    ['west', 1, 0, 1, 0],
    ['old', 1, 1, 0, 0],
    [undefined, 1, 0, 0, 1],
  ]);
  expect(byKey([], ['east'])).toHaveLength(1);
});

test('what leads nowhere is an error, of the key where it is known', () => {
  const found = (...pairs: Parameters<typeof probes>): string[] =>
    probeFindings(byKey(probes(...pairs), ['east', 'west'])).map(({ code, message }) => `${code} ${message}`);
  expect(found(['east', 'open'], ['west', 'answered'])).toEqual([]);
  expect(found(['west', 'empty'], ['west', 'empty'])).toEqual([
    'backend-refuses 2 of 2 connections of routing key west were closed empty at once: the backend of west refuses connections.',
  ]);
  expect(found(['west', 'empty'], ['west', 'open'])[0]).toContain('1 of 2 connections of routing key west');
  expect(found(['west', 'empty'], ['west', 'open'])[0]).toContain('a backend of west refuses');
  expect(found([undefined, 'empty'])[0]).toContain('do not tell their routing key');
  expect(found([undefined, 'refused'], ['east', 'open'])).toEqual([
    'listen-failed 1 of 2 connections were refused, although the router says that it listens.',
  ]);
  expect(found([undefined, 'no-tls'])).toEqual([
    'tls-handshake-failed 1 of 1 connections did not complete the TLS handshake.',
  ]);
});
