import { trafficFindings } from '../../../../src/findings/router-rules.js';
import type { RouterState } from '../../../../src/model/router.js';
import { trafficOf, unknownTraffic } from '../../../../src/model/traffic/traffic.js';
import type { MultiKeyListener } from '../../../../src/model/resource.js';
import type { ResourceTraffic, TrafficReport } from '../../../../src/operations/traffic/read.js';
import { renderColumns } from '../../../../src/view/columns.js';
import type { Style } from '../../../../src/view/style.js';
import { widthOf } from '../../../../src/view/text.js';
import { renderTrafficFrame } from '../../../../src/view/live/traffic-frame.js';
import { plainProbes, renderProbes } from '../../../../src/view/traffic/probe.js';
import { plainColumns, plainRows } from '../../../../src/view/traffic/table.js';
import { renderTraffic } from '../../../../src/view/traffic/traffic.js';
import { byKey } from '../../../../src/model/traffic/probe.js';
import { probeFindings } from '../../../../src/findings/probe-rules.js';
import { priority, resource, terminal, weighted } from '../../fixtures.js';
import { told, type Told } from '../../model/traffic/states.js';

const AT = Date.parse('2026-07-26T10:00:00Z');
const WEB = resource({
  metadata: { namespace: 'west' },
  spec: { strategy: weighted({ east: 3, west: 1, spare: 1 }) },
});
const VALUES = { east: 3, west: 1, spare: 1 };
const startedAt = AT - 3 * 86_400_000;
const said = (given: Record<string, number>, more: Told = {}): RouterState =>
  told({ values: VALUES, reached: ['east', 'west'], startedAt, open: 12, given, ...more });
const one = (states: RouterState[], seconds?: number, of: MultiKeyListener = WEB): ResourceTraffic => {
  const traffic = trafficOf(of, { states, names: new Map(), ...(seconds !== undefined && { seconds }) });
  return { traffic, findings: trafficFindings(of, states.at(-1)!, traffic) };
};
const report = (windowMs: number | undefined, ...resources: ResourceTraffic[]): TrafficReport => ({
  at: AT,
  windowMs,
  resources,
  unknown: [],
});
const view = { namespaces: false, live: false };
const TOTALS = report(undefined, one([said({ east: 898, west: 306 })]));
const WINDOW = report(30_000, one([said({}), said({ east: 1500, west: 1500 })], 30));

test('totals at 80 columns: the shares of the reachable keys beside what was measured', () => {
  expect(renderTraffic(TOTALS, terminal(80), view)).toEqual([
    'web  ● up · weighted · 1,204 connections given, 12 open',
    '',
    '  ROUTING KEY  WEIGHT  EXPECTED  MEASURED                   CONNS  SERVED BY',
    '  east              3      75 %    74.6 %  ███████████████    898  –',
    '  spare             1         –         –                       0  –',
    '  west              1      25 %    25.4 %  █████              306  –',
    '',
    'Counted since the router started (3d ago), or since the weight or rank of a key',
    'changed.',
  ]);
});

test('a window: rates, and a share that cannot be chance is a finding', () => {
  const lines = renderTraffic(WINDOW, terminal(100), view);
  expect(lines[0]).toBe('web  ● up · weighted · 3,000 connections in 30 s, 12 open, 100 new/s');
  expect(lines[2]).toMatch(/CONNECTIONS {2}NEW\/S {2}SERVED BY$/);
  expect(lines[3]).toMatch(/^ {2}east +3 +75 % +50 % {2}█+ +1,500 +50.0/);
  expect(lines.join('\n')).toContain('! share-differs');
  expect(lines.join('\n').replace(/\s+/g, ' ')).toContain(
    'Routing key east got 50 % of 3000 connections instead of 75 %; that is not chance.',
  );
  expect(lines.join('\n')).not.toContain('Counted since');
});

test('too few, down, not held and unknown, each with its reason', () => {
  const few = one([said({ east: 5 })]);
  const down = one([said({}, { up: false, message: 'Address already in use \u001b[31m' })]);
  const idle = one([said({}, { up: false, reached: [] })]);
  const none = one([{ ...said({}), listeners: [] }]);
  const unknown = { traffic: unknownTraffic(WEB, { known: false, why: 'the router is not running' }), findings: [] };
  const heads = [few, down, idle, none, unknown].map((each) =>
    renderTraffic(report(undefined, each), terminal(100), view),
  );
  expect(heads[0]![3]).toMatch(/^ {2}east +3 +75 % +too few +5 /);
  expect(heads[1]![0]).toBe('web  ✗ down: Address already in use \\e[31m');
  expect(heads[1]!.join('\n')).toContain('✗ listen-failed');
  expect(heads[2]![0]).toBe('web  ✗ down: no routing key is reachable');
  expect(heads[3]![0]).toBe('web  ○ the router does not have this listener yet');
  expect(heads[4]).toEqual(['web  ? unknown: the router is not running']);
});

test('of priority the ranks', () => {
  const ranked = resource({ spec: { strategy: priority('west', 'east') } });
  const state = told({ values: { west: 1, east: 0 }, reached: ['east'] });
  expect(renderTraffic(report(undefined, one([state], undefined, ranked)), terminal(80), view).slice(2, 5)).toEqual([
    '  ROUTING KEY  RANK  EXPECTED  MEASURED  CONNECTIONS  SERVED BY',
    '  west            1         –         –            0  –',
    '  east            2     100 %         –            0  –',
  ]);
});

test.each([30, 60, 80, 120])('no line is wider than %d columns, and without Unicode all is ASCII', (width) => {
  const styles: Style[] = [terminal(width), terminal(width, { unicode: false })];
  for (const style of styles) {
    const lines = [WINDOW, TOTALS].flatMap((each) => renderTraffic(each, style, { namespaces: true, live: true }));
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
    if (!style.unicode) expect(lines.join('')).toMatch(/^[\u0020-\u007e]*$/);
  }
});

test('in a pipe one row a key, the same columns whatever was asked', () => {
  const plain = (each: TrafficReport): string[] =>
    renderColumns(
      plainColumns({ namespaces: true, time: false }),
      each.resources.flatMap(({ traffic }) => plainRows(traffic, AT)),
      { headers: true },
    ).map((line) => line.replace(/ +/g, ' '));
  expect(plain(TOTALS)).toEqual([
    'NAMESPACE NAME STATE STRATEGY ROUTING-KEY WEIGHT RANK EXPECTED MEASURED CONNECTIONS TOTAL NEW/S SERVED-BY',
    'west web up weighted east 3 - 75% 74.6% 898 898 - -',
    'west web up weighted spare 1 - 0% 0% 0 0 - -',
    'west web up weighted west 1 - 25% 25.4% 306 306 - -',
  ]);
  expect(plain(WINDOW)[1]).toBe('west web up weighted east 3 - 75% 50% 1500 1500 50.0 -');
  const unknown = { traffic: unknownTraffic(WEB, { known: false, why: 'no' }), findings: [] };
  expect(plain(report(undefined, unknown))[1]).toBe('west web unknown weighted - - - - - - - - -');
});

test('live: the totals beside the window, how fresh, and why it is not live', () => {
  const frame = (width: number, more: Partial<Parameters<typeof renderTrafficFrame>[0]> = {}, final = false) =>
    renderTrafficFrame({ ...WINDOW, windowMs: 10_000, lost: undefined, ...more }, terminal(width), {
      place: 'west · prod-eu',
      namespaces: false,
      scroll: 0,
      now: AT + 400,
      width,
      height: 20,
      final,
    }).lines;
  const lines = frame(100);
  expect(lines[0]).toMatch(/^ traffic · west · prod-eu +live · 0\.4 s ago$/);
  expect(lines[4]).toMatch(/CONNECTIONS {2}NEW\/S {2}TOTAL {2}SERVED BY$/);
  expect(lines.at(-1)).toBe(' q quit');
  expect(frame(100, {}, true).at(-1)).not.toContain('quit');
  const fact = { known: false, why: 'the router is not running' } as const;
  expect(frame(80, { unknown: [{ namespace: 'west', fact }] })[0]).toMatch(/not live · the router is not running$/);
  expect(renderTrafficFrame(undefined, terminal(80), { place: 'x', namespaces: false, scroll: 0, now: AT, width: 80, height: 9 }).lines[0]).toContain('reading …'); // prettier-ignore
  const short = renderTrafficFrame({ ...WINDOW, lost: undefined }, terminal(80), {
    place: 'x',
    namespaces: false,
    scroll: 99,
    now: AT,
    width: 80,
    height: 8,
  });
  expect(short.scroll).toBeLessThan(20);
  expect(short.lines.at(-1)).toBe(' ↑↓ scroll  q quit');
  expect(short.lines.length).toBeLessThanOrEqual(8);
});

test('probes: which keys answer, and the sign at those that refuse', () => {
  const keys = byKey(
    [
      ...Array.from({ length: 15 }, () => ({ key: 'east', outcome: 'open' as const })),
      { key: 'west', outcome: 'empty' },
    ],
    ['east', 'west'],
  );
  const reports = [{ namespace: 'west', name: 'web', tls: false, keys, findings: probeFindings(keys) }];
  expect(renderProbes(reports, terminal(80)).slice(0, 3)).toEqual([
    '  ROUTING KEY  PROBED  ANSWERED  CLOSED EMPTY',
    '  east             15        15             0',
    '  west              1         0             1  ✗ refuses',
  ]);
  expect(plainProbes(reports, true).map((line) => line.replace(/ +/g, ' '))).toEqual([
    'NAME ROUTING-KEY PROBED ANSWERED OPEN CLOSED-EMPTY REFUSED NO-TLS',
    'web east 15 0 15 0 0 0',
    'web west 1 0 0 1 0 0',
  ]);
});
