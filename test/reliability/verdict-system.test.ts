import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { anyHost, anything } from '../support/arbitrary/arbitrary-resource.js';
import { valid } from '../support/arbitrary/arbitrary-valid.js';
import { readFile, readObject } from '../support/system/system-reader.js';
import { sharedFile } from '../support/recorded.js';
import { report, tries, type Row } from '../support/verdict/reliability.js';
import { BACKEND } from '../support/system/system-site.js';
import { SEED, tryAll, type Tally } from '../support/verdict/trial.js';
import { SITE_CASES } from '../support/verdict/verdict-cases.js';
import { VerdictSite } from '../support/verdict/verdict-site.js';

const MINUTES = 60_000;
const site = new VerdictSite();
const tallies = new Map<string, Tally>();

beforeAll(() => {
  process.stderr.write(`verdict of system sites: seed ${SEED}\n`);
});

afterAll(async () => {
  await site.close();
  const columns = ['what', 'tried', 'both accept', 'both reject', 'stricter by a named rule', 'we accept, it rejects'];
  const row = ([what, tally]: [string, Tally]): Row => [
    what,
    tally.tried,
    tally['both accept'],
    tally['both reject'],
    tally.stricter,
    tally.broken,
  ];
  report('verdict-system', columns, [...tallies].map(row));
});

describe("the local verdict and that of Skupper's reader of system sites", () => {
  test.each(SITE_CASES)('kept: $title is $says', async ({ object, says }) => {
    const outcome = await site.object(object);
    expect(outcome).toEqual(
      says.startsWith('both') ? { verdict: says } : { verdict: 'stricter', rules: expect.arrayContaining([says]) },
    );
  });

  test(
    'objects, written by the store and read again',
    async () => {
      tallies.set('objects', await tryAll(anything, tries(1_000, 15_000), site.object));
    },
    15 * MINUTES,
  );

  test(
    'hosts of every kind, written by the store and read again',
    async () => {
      tallies.set('hosts', await tryAll(anyHost, tries(300, 5_000), site.object));
    },
    15 * MINUTES,
  );

  test(
    'valid objects, written by the store and read again',
    async () => {
      tallies.set('valid objects', await tryAll(valid, tries(300, 5_000), site.object));
    },
    15 * MINUTES,
  );

  test('every way out of the trial was taken', () => {
    const all = tallies.get('objects');
    expect([all?.['both accept'], all?.['both reject'], all?.stricter].map((count = 0) => count > 20)).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe('the model of the reader', () => {
  test("it reads Skupper's own bytes", () => {
    const { refused, listeners } = readFile('MultiKeyListener-backend.yaml', BACKEND);
    expect(refused).toBeUndefined();
    expect(listeners[0]).toMatchObject({
      name: 'backend',
      spec: { strategy: { priority: { routingKeys: ['west', 'east'] } } },
    });
  });

  test('it takes every file that a real reload took', () => {
    const folder = sharedFile('recorded', 'system-site', 'input', 'resources');
    for (const name of folder === undefined ? [] : readdirSync(folder)) {
      expect([name, readFile(name, readFileSync(path.join(folder as string, name), 'utf8')).refused]).toEqual([
        name,
        undefined,
      ]);
    }
  });

  const spec = (parts: object): unknown => {
    const strategy = { priority: { routingKeys: ['a'] } };
    return {
      apiVersion: 'skupper.io/v2alpha1',
      kind: 'MultiKeyListener',
      metadata: { name: 'a' },
      spec: { host: 'a', port: 1, strategy, ...parts },
    };
  };
  test.each([
    ['a host in upper case', spec({ host: 'Web' })],
    ['a host with two dashes', spec({ host: 'a--b' })],
    ['an address with a zone', spec({ host: 'fe80::1%eth0' })],
    ['port 0', spec({ port: 0 })],
    ['a port of text, which ends the decoding', spec({ port: '1' })],
    ['no strategy', spec({ strategy: {} })],
    ['an empty key', spec({ strategy: { weighted: { routingKeys: { '': 1 } } } })],
    ['no kind', {}],
  ])('it refuses %s', (_, object) => {
    expect(readObject(object).refused).toBeDefined();
  });
});

test.each([
  ['on', true],
  ['010', 8],
  ['0x1f', 31],
  ['0o7', 7],
  ['0b1', 1],
  ['1e3', 1000],
  ['1_000', 1000],
  ['~', null],
  ['1:20', '1:20'],
  ['2001-01-01', '2001-01-01'],
  ['"on"', 'on'],
])('Go reads %s as %j', (text, value) => {
  const { listeners } = readFile('a.yaml', BACKEND.replace('host: 0.0.0.0', `settings:\n    a: ${text}\n  host: b`));
  // A setting that is no text ends the decoding there; null is the empty text.
  const settings = typeof value === 'string' ? { a: value } : value === null ? { a: '' } : {};
  expect(listeners[0]?.spec['settings']).toEqual(settings);
});
