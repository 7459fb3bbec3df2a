import type { Facts } from '../../../../src/model/facts.js';
import type { MultiKeyListener } from '../../../../src/model/resource.js';
import { renderDiff } from '../../../../src/view/diff.js';
import { renderInspect } from '../../../../src/view/inspect/inspect.js';
import { PLAIN, type Style } from '../../../../src/view/style.js';
import { widthOf } from '../../../../src/view/text.js';
import { condition, priority, resource, routerHolding, terminal, weighted } from '../../fixtures.js';

const NOW = Date.parse('2026-07-26T10:00:00Z');
const FACTS: Facts = { endpoints: { known: true, value: [] }, sites: { known: true, value: [] } };
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/;
const WEB = resource({
  metadata: { namespace: 'west', generation: 4, creationTimestamp: '2026-07-23T10:00:00Z', labels: { app: 'shop' } },
  spec: { strategy: weighted({ east: 3, north: 1, spare: 1 }), tlsCredentials: 's', requireClientCert: true },
  status: {
    status: 'Ready',
    message: 'OK',
    hasDestination: true,
    strategy: { weighted: { routingKeysReachable: { east: 3, north: 1 } } },
    conditions: [condition('Configured', 4), condition('Operational', 3)],
  },
});

function lines(style: Style, object: MultiKeyListener = WEB, text = 'as it is'): string[] {
  const place = { platform: 'kubernetes', context: 'prod-eu' };
  const finding = { code: 'a-code', severity: 'warning' as const, about: 'object' as const, message: text, hint: text };
  const inspection = {
    resource: object,
    facts: FACTS,
    verdict: { state: 'degraded' as const, text },
    findings: [finding],
    notes: [{ check: text, why: text }],
    without: [],
    place,
  };
  return renderInspect(inspection as never, style, NOW);
}

describe('inspect', () => {
  test.each([
    ['a terminal', terminal(80)],
    ['one without UTF-8', terminal(80, { unicode: false })],
    ['a pipe', PLAIN],
  ])('%s shows every part', (_name, style) => {
    const shown = lines(style).join('\n');
    for (const part of [
      'web:8080',
      'weighted, 3 keys',
      'prod-eu',
      '3d',
      'client certificates required',
      'app=shop',
      '75 %',
      '25 %',
      'Configured',
      'a-code',
    ]) {
      expect(shown).toContain(part);
    }
    if (!style.unicode) expect(shown).toMatch(/^[\n\x20-\x7e]*$/);
  });

  describe('the measured share', () => {
    const table = (style: Style, counts: [number, number]): string => {
      const router = routerHolding({ east: 3, north: 1, spare: 1 }, ['east', 'north']);
      if (router.known)
        counts.forEach((given, index) => Object.assign(router.value.listeners[0]!.keys[index]!, { given }));
      const inspection = { resource: WEB, facts: { ...FACTS, router }, verdict: { state: 'serving', text: 's' } };
      const rest = { findings: [], notes: [], without: [], place: { platform: 'kubernetes' } };
      return renderInspect({ ...inspection, ...rest } as never, style, NOW).join('\n');
    };

    test('stands beside the expected one where the router was asked', () => {
      const text = table(terminal(80), [740, 260]);
      expect(text).toMatch(/ROUTING KEY +WEIGHT +SHARE.* MEASURED +SERVED BY/);
      expect(text).toMatch(/east +3 +█+ +75 % +74 % /);
      expect(text).toMatch(/north +1 +█+ +25 % +26 % /);
      expect(text).toMatch(/spare +1 +not reachable +– +– /);
      expect(table(PLAIN, [740, 260])).toMatch(/^ +east +3 +yes +75 % +74 % /m);
      expect(lines(terminal(80)).join('\n')).not.toContain('MEASURED');
    });

    test('is none where the connections are too few to tell, or none', () => {
      expect(table(terminal(80), [3, 1])).toMatch(/east +3 +█+ +75 % +too few /);
      expect(table(terminal(80), [0, 0])).toMatch(/east +3 +█+ +75 % +– /);
    });

    test.each([60, 80])('fits a terminal of %d columns', (width) => {
      for (const line of table(terminal(width), [740, 260]).split('\n'))
        expect(widthOf(line)).toBeLessThanOrEqual(width);
    });
  });

  test.each([80, 200])('its tables are never wider than a terminal of %d columns', (width) => {
    const long = resource({
      spec: { strategy: weighted({ [`k${'x'.repeat(200)}`]: 1, short: 1 }) },
      status: { ...WEB.status, conditions: [condition('Configured', 4, 'm'.repeat(300))] },
    });
    for (const text of lines(terminal(width), long)) expect(widthOf(text)).toBeLessThanOrEqual(width);
  });

  test('stands a terminal of 20 columns and a resource that nothing has processed', () => {
    expect(lines(terminal(20)).join('\n')).toContain('east');
    expect(lines(terminal(80), resource()).join('\n')).toContain('east');
  });

  test('what a server says is escaped', () => {
    const hostile = resource({
      metadata: { name: 'a\u001b[2J', namespace: 'n\u0007', labels: { 'l\u001b': 'v\n' } },
      spec: {
        host: 'h\u009b',
        strategy: priority('k\u001b[31m', 'ok'),
        tlsCredentials: 's\u001b',
        settings: { 'k\r': '\u202e' },
        observer: 'o\u001b' as never,
      },
      status: {
        status: 'Error',
        message: 'm\u001b]0;t\u0007',
        conditions: [
          {
            type: 'T\u001b',
            status: 'F\u001b' as never,
            reason: 'R\u001b',
            message: 'M\nx',
            lastTransitionTime: '\u001b',
          },
        ],
      },
    });
    for (const style of [PLAIN, terminal(80)])
      expect(lines(style, hostile, 'x\u001b[2J\u202ey').join('|')).not.toMatch(UNSAFE);
  });
});

describe('diff', () => {
  const after = { ...WEB, spec: { ...WEB.spec, port: 8081 } };

  test("shows what is desired, the server's bookkeeping left out", () => {
    const shown = renderDiff({ ...WEB, metadata: { ...WEB.metadata, resourceVersion: '1' } }, after, PLAIN);
    expect(shown.slice(0, 3)).toEqual([
      '--- a/MultiKeyListener-web.yaml',
      '+++ b/MultiKeyListener-web.yaml',
      expect.stringMatching(/^@@ /),
    ]);
    expect(shown.filter((line) => /^[-+] /.test(line))).toEqual(['-  port: 8080', '+  port: 8081']);
    expect(shown.join('\n')).not.toMatch(/status|generation|resourceVersion/);
  });

  test('has no line where nothing differs', () => {
    expect(renderDiff(WEB, { ...WEB, status: {} }, PLAIN)).toEqual([]);
  });

  test('is coloured on a terminal, and escaped', () => {
    const shown = renderDiff(WEB, after, terminal(80, { colour: true }));
    expect(shown).toContain('\u001b[32m+  port: 8081\u001b[39m');
    expect(shown).toContain('\u001b[31m-  port: 8080\u001b[39m');
    const hostile = { ...WEB, spec: { ...WEB.spec, settings: { k: 'v\u001b[2J\u202e' } } };
    expect(renderDiff(WEB, hostile, PLAIN).join('|')).not.toMatch(UNSAFE);
  });
});
