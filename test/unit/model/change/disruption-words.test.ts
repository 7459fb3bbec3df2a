import { disruption, type Circumstances } from '../../../../src/model/change/disruption.js';
import type { Spec, Strategy } from '../../../../src/model/resource.js';
import { rememberPlace, type PlaceFlags } from '../../../../src/model/own-command.js';
import { completingCommand } from '../../../../src/view/command-line.js';
import { disruptionLines } from '../../../../src/view/disruption.js';
import { priority, resource, weighted } from '../../fixtures.js';

type Part = Partial<Spec>;
const of = (strategy: Strategy, rest: Part = {}): Part => ({ strategy, ...rest });
const W = weighted({ east: 3, west: 1 });
const both = ['east', 'west'];
const CRASH = '! A router that loses its last routing key while clients connect can crash, which cuts everything.';

/** The lines as a person sees them; `!` marks a warning. */
function words(old: Part, next: Part, reachable?: string[], around?: Circumstances, settleMs = 2000): string[] {
  const before = resource({ spec: old });
  const after = resource({ spec: { ...old, ...next } });
  const found = disruption(before.spec, after.spec, reachable && new Set(reachable), around);
  return disruptionLines(before, after, found, settleMs).map(({ severity, text }) =>
    severity === 'warning' ? `! ${text}` : text,
  );
}

test.each<[string, string[], string[]]>([
  ['labels only', words(of(W), {}, both), []],
  ['settings only', words(of(W), { settings: { a: 'b' } }, both), []],
  [
    'two writes',
    words(of(W), of(weighted({ east: 5, west: 2 })), both),
    [
      'web is changed in two steps, so that no connection is refused or cut:',
      '  1. east=3, west=2 (east unchanged)',
      '  2. east=5, west=2 (once the router uses step 1, or after 2 s)',
    ],
  ],
  [
    'two writes, reachability unknown, the same ratio, another time',
    words(of(W), of(weighted({ east: 6, west: 2 })), undefined, {}, 500),
    [
      'The shares of connections do not change: the ratio of the weights stays the same.',
      'web is changed in two steps, so that no connection is refused or cut if east and west are reachable (Skupper does not report it):',
      '  1. east=3, west=2 (east unchanged)',
      '  2. east=6, west=2 (once the router uses step 1, or after 0.5 s)',
    ],
  ],
  [
    'one step asked for',
    words(of(W), of(weighted({ east: 5, west: 2 })), both, { oneStep: true }),
    [
      '! New connections to web are refused for a moment: no reachable routing key stays unchanged. Open connections stay.',
      CRASH,
      'Two steps would avoid it: omit --one-step.',
    ],
  ],
  [
    'not configured',
    words(of(W), of(weighted({ east: 5, west: 2 })), both, { unprocessed: true }),
    [
      '! New connections to web are refused for a moment: no reachable routing key stays unchanged. Open connections stay.',
      CRASH,
      'Two steps would avoid it, once web is configured: skupper multikeylistener status web',
    ],
  ],
  [
    'limits',
    words(of(weighted({ east: 2147483647 })), of(weighted({ west: 2147483647 })), ['east']),
    [
      '! New connections to web are refused for a moment: east is its only reachable routing key, and it changes. Open connections stay.',
      CRASH,
      'Two steps would avoid it, but the first would have too many routing keys or too large weights.',
    ],
  ],
  [
    'one reachable key',
    words(of(weighted({ east: 3 })), of(weighted({ east: 5 })), ['east']),
    [
      'The shares of connections do not change: a single routing key gets all connections, whatever its weight.',
      '! New connections to web are refused for a moment: east is its only reachable routing key, and it changes. Open connections stay.',
      CRASH,
    ],
  ],
  [
    'a key stays',
    words(of(W), of(weighted({ east: 3, west: 2, spare: 1 })), both),
    [
      'web: west changes, spare is added; east is untouched.',
      'New connections go to east for a moment; none is refused or cut.',
    ],
  ],
  [
    'a key stays, reachability unknown',
    words(of(W), of(weighted({ east: 3 }))),
    [
      'web: west is removed; east is untouched.',
      'New connections go to east for a moment; none is refused or cut, if east is reachable (Skupper does not report it).',
    ],
  ],
  [
    'put in front',
    words(of(priority('a', 'b')), of(priority('c', 'd', 'a', 'b')), ['a', 'b']),
    ['web: c and d are added; a and b are untouched.', 'Open and new connections are not affected.'],
  ],
  [
    'many keys',
    words(of(weighted(Object.fromEntries([...'abcdefghi'].map((key) => [key, 1])))), of(weighted({ z: 1, a: 1 })), [
      'a',
      'b',
    ]),
    [
      'web: z is added, b, c, d, e, f, g and 2 more are removed; a is untouched.',
      'New connections go to a for a moment; none is refused or cut.',
    ],
  ],
  [
    'priority',
    words(of(priority('east', 'west')), of(priority('west', 'east')), ['east']),
    [
      '! New connections to web are refused for a moment: every reachable routing key changes its rank. Open connections stay.',
      CRASH,
    ],
  ],
  [
    'priority, reachability unknown',
    words(of(priority('east', 'west')), of(priority('west', 'east'))),
    [
      '! New connections to web are refused for a moment, if east or west is reachable (Skupper does not report it): every reachable routing key changes its rank. Open connections stay.',
      CRASH,
    ],
  ],
  [
    'the last reachable key goes',
    words(of(W), of(weighted({ west: 1 })), ['east']),
    ['! New connections to web are refused until west has a connector. Open connections stay.'],
  ],
  [
    'nobody is there',
    words(of(W), of(weighted({ west: 9 })), []),
    ['No routing key of web is reachable, so no connection is affected.'],
  ],
  [
    'nobody is there, another port',
    words(of(W), { port: 81 }, []),
    ['No routing key of web is reachable, so no connection is affected.'],
  ],
  [
    'TLS',
    words(of(W), { tlsCredentials: 'tls', requireClientCert: true }, both),
    [
      '! The listener of web is replaced (tlsCredentials, requireClientCert): its open connections are cut, and new ones are refused for a moment.',
    ],
  ],
  [
    'host and port',
    words(of(W), { host: 'web2', port: 81 }, both),
    [
      '! The listener of web is replaced (host, port): its open connections are cut, and new ones are refused for a moment.',
      '! Clients must then use web2:81; web:8080 no longer works.',
    ],
  ],
  [
    'recreate',
    words(of(W), of(priority('east')), both, { recreate: true }),
    [
      '! web is deleted and recreated: its open connections are cut, and new ones are refused until the new one is applied.',
    ],
  ],
  [
    'a system site',
    words(of(W), of(weighted({ east: 5, west: 2 })), undefined, { reload: true }),
    [
      '! The reload that applies this change restarts the router, which cuts all its connections and refuses new ones until it is back.',
    ],
  ],
])('%s', (_title, found, expected) => {
  expect(found).toEqual(expected);
});

afterAll(() => rememberPlace({}));
test.each<[Strategy, PlaceFlags, string]>([
  [
    weighted({ east: 5, west: 2 }),
    {},
    'skupper multikeylistener update web --weighted east=5,west=2 --in-place --one-step',
  ],
  [
    weighted({ a$b: 1 }),
    { namespace: 'w', context: "o'neill dev" },
    `skupper multikeylistener update web --weighted 'a$b=1' --in-place --one-step -n w -c 'o'\\''neill dev'`,
  ],
  [
    weighted({ a: 1 }),
    { as: 'jane doe', 'as-group': ['dev', 'ops'] },
    `skupper multikeylistener update web --weighted a=1 --in-place --one-step --as 'jane doe' --as-group dev --as-group ops`,
  ],
])('the command that completes %j', (strategy, where, command) => {
  rememberPlace(where);
  expect(completingCommand('web', strategy, {})).toBe(command);
});
