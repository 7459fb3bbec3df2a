import type { Endpoint, Facts, MachineFact } from '../../../src/model/facts.js';
import type { RouterState } from '../../../src/model/router.js';
import { examine } from '../../../src/findings/rules.js';
import { resource } from '../fixtures.js';

const known = <T>(value: T): { known: true; value: T } => ({ known: true, value });

/** The codes for a MultiKeyListener of a system site on this host and port. */
function codes(host: string, port: number, facts: Partial<Facts>): string[] {
  const object = resource({ spec: { host, port } });
  const all: Facts = { endpoints: known([]), sites: { known: false, why: 'not asked' }, ...facts };
  return examine(object, all, { platform: 'linux', system: true }).findings.map(
    (each) => `${each.severity} ${each.code}`,
  );
}

const endpoint = (kind: Endpoint['kind'], host: string, port = 8080): Partial<Facts> => ({
  endpoints: known([{ kind, name: 'other', host, port, source: 'input' }]),
});

const OVERLAP = ['warning host-port-overlaps'];

test.each<[string, string, string[]]>([
  ['localhost', 'localhost', ['error host-port-taken']],
  ['localhost', '127.0.0.1', OVERLAP],
  ['127.0.0.1', 'LOCALHOST', OVERLAP],
  ['::1', 'localhost', OVERLAP],
  ['0.0.0.0', 'localhost', OVERLAP],
  ['::', '10.0.0.1', OVERLAP],
  ['::ffff:10.0.0.1', '10.0.0.1', OVERLAP],
  ['2001:db8::1', '2001:DB8:0:0::1', OVERLAP],
  ['0.0.0.0', 'db.example', OVERLAP],
  ['0.0.0.0', '::', OVERLAP],
  ['0.0.0.0', '2001:db8::1', []],
  ['127.0.0.1', '127.0.0.2', []],
  ['localhost', '10.0.0.1', []],
  ['db.example', '10.0.0.1', []],
])('%s and %s on one port: %j', (ours, theirs, expected) => {
  expect(codes(ours, 8080, endpoint('Listener', theirs))).toEqual(expected);
  expect(codes(ours, 8081, endpoint('Listener', theirs))).toEqual([]);
});

test.each<[string, string, number, string[]]>([
  ['', '0.0.0.0', 55_671, ['warning router-port']],
  ['', '127.0.0.1', 55_671, ['warning router-port']],
  ['', '::1', 55_671, ['warning router-port']],
  ['', 'db.example', 55_671, ['warning router-port']],
  ['0.0.0.0', '0.0.0.0', 55_671, ['warning router-port']],
  ['127.0.0.1', 'localhost', 55_671, ['warning router-port']],
  ['127.0.0.1', '10.0.0.1', 55_671, []],
  ['127.0.0.1', '0.0.0.0', 55_672, []],
])('the router itself on %j, and %s:%i: %j', (bindHost, host, port, expected) => {
  const facts = { ...endpoint('RouterAccess', bindHost, 55_671), listening: known(true) };
  // The router's own socket explains what listens.
  expect(codes(host, port, facts)).toEqual(expected.length > 0 ? expected : ['warning port-in-use']);
});

const UP: Partial<Facts> = {
  router: known({
    listeners: [
      { name: 'web', host: '', port: 80, strategy: 'weighted', up: true, message: '', opened: 0, open: 0, keys: [] },
    ],
    addresses: [],
  } as unknown as RouterState),
};

test.each<[string, string, number, MachineFact, string[]]>([
  ['a privileged port', '0.0.0.0', 80, { privilegedBelow: 1024 }, ['warning port-privileged']],
  ['the first that is not', '0.0.0.0', 1024, { privilegedBelow: 1024 }, []],
  ['nothing is privileged', '0.0.0.0', 80, {}, []],
  ['an address of this machine', '10.0.0.5', 80, { addresses: ['10.0.0.5'] }, []],
  ['the same, written otherwise', '::ffff:10.0.0.5', 80, { addresses: ['10.0.0.5'] }, []],
  ['an address of another machine', '10.0.0.6', 80, { addresses: ['10.0.0.5'] }, ['warning address-not-local']],
  ['all addresses', '::', 80, { addresses: [] }, []],
  ['localhost', 'localhost', 80, { addresses: ['::1'] }, []],
  [
    'localhost without a loopback interface',
    'localhost',
    80,
    { addresses: ['10.0.0.5'] },
    ['warning address-not-local'],
  ],
  ['all of 127.0.0.0/8', '127.1.2.3', 80, { addresses: ['127.0.0.1'] }, []],
  ['a name is not looked up', 'db.example', 80, { addresses: [] }, []],
])('%s: %s:%i', (_title, host, port, machine, expected) => {
  expect(codes(host, port, { machine })).toEqual(expected);
  const unproven = codes(host, port, { machine, ...UP }).filter((code) => /privileged|not-local/.test(code));
  expect(unproven).toEqual([]);
});
