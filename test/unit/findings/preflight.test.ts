import type { Endpoint, Facts, NetworkSite, SiteFact } from '../../../src/model/facts.js';
import type { MultiKeyListener } from '../../../src/model/resource.js';
import { preflight } from '../../../src/operations/preflight.js';
import { smallerWeights } from '../../../src/findings/object-rules.js';
import { examine } from '../../../src/findings/rules.js';
import { failureOf, FakeStore } from '../fake-store.js';
import { priority, resource, weighted } from '../fixtures.js';
import { told } from '../model/traffic/states.js';

const serving = (...keys: string[]): NetworkSite[] => [
  {
    id: 'e',
    name: 'east',
    services: keys.map((routingKey) => ({ routingKey, connectors: ['10.0.0.1'], listeners: [] })),
  },
];
const SITE: SiteFact = { name: 'west', configured: true, controllerVersion: '2.2.1', network: serving('east', 'west') };
const GOOD: Facts = { endpoints: { known: true, value: [] }, sites: { known: true, value: [SITE] } };
const known = <T>(value: T): { known: true; value: T } => ({ known: true, value });
const sites = (...value: SiteFact[]): Partial<Facts> => ({ sites: known(value) });
const endpoint = (parts: Partial<Endpoint>): Partial<Facts> => ({
  endpoints: known([{ kind: 'Listener', name: 'other', host: 'web', port: 8080, source: 'cluster', ...parts }]),
});
const onSystem = (parts: Partial<Endpoint>): Partial<Facts> => endpoint({ source: 'input', ...parts });

interface Row {
  facts?: Partial<Facts>;
  object?: MultiKeyListener;
  system?: boolean;
}

function codes({ facts = {}, object = resource(), system = false }: Row): string[] {
  const where = { platform: system ? 'linux' : 'kubernetes', system };
  return examine(object, { ...GOOD, ...facts }, where).findings.map((each) => `${each.severity} ${each.code}`);
}

const secret = (type: string | null): Row => ({
  facts: { secret: known(type === null ? null : { name: 's', type }) },
  object: resource({ spec: { tlsCredentials: 's' } }),
});
const service = (controlled: boolean): Row => ({ facts: { service: known({ name: 'web', controlled, ports: [] }) } });

/** Of each finding what brings it about, and beside it what is nearly that and does not. */
const ROWS: [title: string, row: Row, codes: string[]][] = [
  ['nothing', {}, []],
  ['the same host and port in the cluster', { facts: endpoint({}) }, ['warning host-port-taken']],
  ['the same host, another port', { facts: endpoint({ port: 81 }) }, []],
  ['another host, the same port', { facts: endpoint({ host: 'db' }) }, []],
  ['the same host and port on a system site', { facts: onSystem({}), system: true }, ['error host-port-taken']],
  [
    'the same one in input and runtime counts once',
    {
      facts: {
        endpoints: known(
          (['input', 'runtime'] as const).map((source) => ({
            kind: 'Listener' as const,
            name: 'o',
            host: 'web',
            port: 8080,
            source,
          })),
        ),
      },
      system: true,
    },
    ['error host-port-taken'],
  ],
  [
    'a wildcard beside an address',
    { facts: onSystem({ host: '0.0.0.0' }), system: true },
    ['warning host-port-overlaps'],
  ],
  [
    'an address beside our wildcard',
    { facts: onSystem({ host: '10.0.0.1' }), system: true, object: resource({ spec: { host: '::' } }) },
    ['warning host-port-overlaps'],
  ],
  ['a wildcard on another port', { facts: onSystem({ host: '0.0.0.0', port: 81 }), system: true }, []],
  [
    'two addresses',
    { facts: onSystem({ host: '10.0.0.1' }), system: true, object: resource({ spec: { host: '10.0.0.2' } }) },
    [],
  ],
  ['a wildcard in a cluster is a Service name', { facts: endpoint({ host: '::' }) }, []],
  [
    'a Listener named multiaddress-web',
    { facts: endpoint({ name: 'multiaddress-web', port: 81 }) },
    ['error listener-name-taken'],
  ],
  [
    'a MultiKeyListener of that name',
    { facts: endpoint({ kind: 'MultiKeyListener', name: 'multiaddress-web', port: 81 }) },
    [],
  ],
  ['no Site', { facts: sites() }, ['warning no-site']],
  ['a Site that is not Configured', { facts: sites({ ...SITE, configured: false }) }, ['warning site-not-configured']],
  ['two Sites', { facts: sites(SITE, { ...SITE, name: 'second', configured: false }) }, ['warning several-sites']],
  [
    '2.2.0 without an active Site',
    { facts: sites({ ...SITE, configured: false, controllerVersion: '2.2.0' }) },
    ['error controller-panics', 'warning site-not-configured'],
  ],
  ['2.2.0 with an active Site', { facts: sites({ ...SITE, controllerVersion: '2.2.0' }) }, []],
  ['one key without connector', { facts: sites({ ...SITE, network: serving('east') }) }, ['warning key-not-served']],
  ['no key with a connector', { facts: sites({ ...SITE, network: serving('other') }) }, ['warning no-key-served']],
  [
    'a service without connectors serves nothing',
    {
      facts: sites({
        ...SITE,
        network: [
          { id: 'e', name: 'e', services: [{ routingKey: 'east', connectors: [], listeners: ['multiAddress/web'] }] },
        ],
      }),
    },
    ['warning no-key-served'],
  ],
  ['a Site that publishes no network yet', { facts: sites({ ...SITE, network: undefined }) }, []],
  ["a Service that is not Skupper's", service(false), ['error service-taken']],
  ["a Service of Skupper's", service(true), []],
  ['no Service', { facts: { service: known(null) } }, []],
  ['no Secret', secret(null), ['error tls-secret-missing']],
  ['a Secret of another type', secret('Opaque'), ['error tls-secret-type']],
  ['a Secret as it must be', secret('kubernetes.io/tls'), []],
  [
    'no folder of certificates',
    { facts: { certificates: known(false) }, object: resource({ spec: { tlsCredentials: 's' } }), system: true },
    ['warning tls-folder-missing'],
  ],
  ['a folder of certificates', { facts: { certificates: known(true) }, system: true }, []],
  ['another kind is applied', { facts: { appliedKind: 'priority' }, system: true }, ['error applied-kind-differs']],
  ['the same kind is applied', { facts: { appliedKind: 'weighted' }, system: true }, []],
  ['nothing is applied', { facts: { appliedKind: null }, system: true }, []],
  ['another platform', { facts: { sitePlatform: 'podman' }, system: true }, ['warning platform-differs']],
  ['the same platform', { facts: { sitePlatform: 'linux' }, system: true }, []],
  ...(
    [
      ['nothing listens', false, undefined, []],
      ['something listens, and nothing is applied', true, null, ['warning port-in-use']],
      ['something listens, and another port is applied', true, { host: 'web', port: 81 }, ['warning port-in-use']],
      [
        'something listens, and another host is applied',
        true,
        { host: '10.0.0.9', port: 8080 },
        ['warning port-in-use'],
      ],
      ['the listener itself is applied there', true, { host: 'WEB', port: 8080 }, []],
      ['the listener itself is applied on every address', true, { host: '0.0.0.0', port: 8080 }, []],
    ] as const
  ).map(([title, listening, appliedEndpoint, found]): [string, Row, string[]] => [
    title,
    {
      facts: { listening: known(listening), ...(appliedEndpoint === undefined ? {} : { appliedEndpoint }) },
      system: true,
    },
    [...found],
  ]),
  [
    'something listens, and another listener of the site explains it',
    { facts: { ...onSystem({}), listening: known(true) }, system: true },
    ['error host-port-taken'],
  ],
  [
    'the machine does not list its sockets',
    { facts: { listening: { known: false, why: 'no /proc' } }, system: true },
    [],
  ],
  ['no platform yet', { facts: { sitePlatform: null }, system: true }, []],
  [
    'weights over a million',
    {
      facts: { ...sites({ ...SITE, network: undefined }) },
      object: resource({ spec: { strategy: weighted({ a: 1_000_000, b: 1 }) } }),
    },
    ['warning weights-too-large'],
  ],
  [
    'weights of just a million',
    {
      facts: { ...sites({ ...SITE, network: undefined }) },
      object: resource({ spec: { strategy: weighted({ a: 999_999, b: 1 }) } }),
    },
    [],
  ],
  [
    'an unusual routing key',
    {
      facts: { ...sites({ ...SITE, network: undefined }) },
      object: resource({ spec: { strategy: priority('Über') } }),
    },
    ['warning routing-key-unusual'],
  ],
  ['settings', { object: resource({ spec: { settings: { k: 'v' } } }) }, ['warning settings-unread']],
  ['empty settings', { object: resource({ spec: { settings: {} } }) }, []],
  [
    'errors before warnings',
    { facts: { ...sites(), ...service(false).facts } },
    ['error service-taken', 'warning no-site'],
  ],
];

describe('examine', () => {
  test.each(ROWS)('%s', (_title, row, expected) => {
    expect(codes(row)).toEqual(expected);
  });

  test('what could not be had is a note and no finding', () => {
    const unknown = { known: false as const, why: 'forbidden' };
    const facts: Facts = { endpoints: unknown, sites: unknown, service: unknown, secret: unknown };
    const { findings, notes } = examine(resource({ spec: { tlsCredentials: 's' } }), facts, {
      platform: 'kubernetes',
      system: false,
    });
    expect(findings).toEqual([]);
    expect(notes).toEqual(
      ['other listeners', 'the Site', 'Service web', 'Secret s'].map((check) => ({ check, why: 'forbidden' })),
    );
  });

  test('each finding has a sentence and a next step', () => {
    for (const [, { facts = {}, object = resource(), system = false }] of ROWS) {
      for (const { message, hint } of examine(
        object,
        { ...GOOD, ...facts },
        { platform: system ? 'linux' : 'kubernetes', system },
      ).findings) {
        expect(message).toMatch(/^[A-Z].*\.$/);
        expect(hint).not.toBe('');
      }
    }
  });
});

test('without a Site nothing serves, unless a router tells otherwise', () => {
  const said = (facts: Partial<Facts>): string[] =>
    examine(resource(), { ...GOOD, ...sites(), ...facts }, { platform: 'linux', system: true }).findings.flatMap(
      ({ code, message }) => (code === 'no-site' ? message : []),
    );
  const nothing = 'There is no Site in this namespace, so nothing serves the listener yet.';
  expect(said({})).toEqual([nothing]);
  expect(said({ router: { known: false, why: 'the router is not running', running: false } })).toEqual([nothing]);
  expect(said({ router: known(told({})) })).toEqual([
    'There is no Site in this namespace, although its router is running.',
  ]);
});

test('smaller weights keep the ratio and fit', () => {
  const smaller = smallerWeights({ a: 2_000_000_000, b: 1_000_000, c: 1 });
  const sum = Object.values(smaller).reduce((a, b) => a + b, 0);
  expect(sum).toBeLessThanOrEqual(1_000_000);
  expect((smaller.a ?? 0) / (smaller.b ?? 1)).toBeCloseTo(2000, -1);
  expect(smaller.c).toBe(1);
});

describe('preflight', () => {
  const signal = new AbortController().signal;
  const run = (facts: Partial<Facts>, force: boolean, object = resource()): ReturnType<typeof preflight> => {
    const store = new FakeStore();
    store.facts_ = { ...GOOD, ...facts };
    return preflight(store, object, { system: false, force, signal });
  };

  test('an error stops the write and every one is listed by its code', async () => {
    const failure = await failureOf(
      run({ ...service(false).facts, ...endpoint({ name: 'multiaddress-web', port: 1 }) }, false),
    );
    expect(failure.code).toBe('preflight');
    expect(failure.causes.map(({ field }) => field).sort()).toEqual(['listener-name-taken', 'service-taken']);
    expect(failure.hint).toContain('--force');
  });

  test('--force lets it pass and keeps it as a finding', async () => {
    const { findings } = await run(service(false).facts ?? {}, true);
    expect(findings.map(({ code }) => code)).toEqual(['service-taken']);
  });

  test('warnings pass', async () => {
    const { findings } = await run(sites(), false);
    expect(findings.map(({ code }) => code)).toEqual(['no-site']);
  });
});
