import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { Facts, ServiceFact } from '../../../src/model/facts.js';
import type { MultiKeyListener } from '../../../src/model/resource.js';
import { diagnose } from '../../../src/findings/live-rules.js';
import { verdictOf } from '../../../src/findings/verdict.js';
import { inspectDocument } from '../../../src/view/inspect/inspect-document.js';
import { recordedLines } from '../../support/recorded.js';
import { condition, resource, weighted } from '../fixtures.js';

interface Line {
  step?: string;
  event?: { type: string; object: MultiKeyListener };
}

const schemaFile = new URL('../../../docs/schemas/inspect.schema.json', import.meta.url);
const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as object;
const conforms = new Ajv().compile(schema);

/** A connected network that serves these keys, and these Services. */
function surroundings(served: string[], services: ServiceFact[], spec: MultiKeyListener['spec']): Facts {
  const connected = served.map((key) => ({ routingKey: key, connectors: ['10.0.0.1'], listeners: [] }));
  const network = [{ id: 'e', name: 'east', services: connected }];
  return {
    endpoints: { known: true, value: [] },
    sites: { known: true, value: [{ name: 'site', uid: 'w', configured: true, network }] },
    service: { known: true, value: services.find((each) => each.name === spec.host) ?? null },
    ...(spec.tlsCredentials ? { secret: { known: true, value: null } } : {}),
  };
}

const service = (name: string, port: number): ServiceFact => ({ name, controlled: true, ports: [{ port }] });

/** The verdict and the codes of an object, after its document was held against the published schema. */
function judge(object: MultiKeyListener, facts: Facts): { state: string; text: string; codes: string[] } {
  const { findings, notes } = diagnose(object, facts, { platform: 'kubernetes', family: 'kubernetes' });
  const verdict = verdictOf(object, facts, findings);
  const place = { platform: 'kubernetes' };
  const document = inspectDocument({ resource: object, facts, verdict, findings, notes, without: [], place });
  conforms(JSON.parse(JSON.stringify(document)));
  expect(conforms.errors ?? []).toEqual([]);
  return { ...verdict, codes: findings.map((finding) => finding.code) };
}

/** The seven broken resources that Skupper calls Ready: what inspect says of each. */
const MISTAKES: Record<string, { spec: Partial<MultiKeyListener['spec']>; state: string; code: string }> = {
  first: { spec: { host: 'web' }, state: 'unknown', code: 'host-port-taken' },
  second: { spec: { host: 'web' }, state: 'unknown', code: 'host-port-taken' },
  badhost: { spec: { host: 'Bad_Host' }, state: 'not-serving', code: 'host-is-service-name' },
  badport: { spec: { host: 'badport', port: 70000 }, state: 'not-serving', code: 'port-range' },
  notls: { spec: { host: 'notls', tlsCredentials: 'absent-secret' }, state: 'not-serving', code: 'tls-secret-missing' },
  mutual: { spec: { host: 'mutual', requireClientCert: true }, state: 'degraded', code: 'client-cert-needs-tls' },
  zero: { spec: { host: 'zero', strategy: weighted({ a: 0 }) }, state: 'not-serving', code: 'weight-minimum' },
};
const SERVICES = ['web', 'notls', 'mutual', 'zero'].map((name) => service(name, 8080));

function mistakeFacts(object: MultiKeyListener): Facts {
  const others = Object.entries(MISTAKES).filter(([name]) => name !== object.metadata.name);
  const value = others.map(([name, { spec }]) => {
    return {
      kind: 'MultiKeyListener',
      name,
      host: spec.host ?? '',
      port: spec.port ?? 8080,
      source: 'cluster',
    } as const;
  });
  return { ...surroundings(['a', 'b'], SERVICES, object.spec), endpoints: { known: true, value } };
}

describe('resources that Skupper calls Ready and that do not serve as asked', () => {
  test.each(Object.entries(MISTAKES))('%s is exposed', (name, { spec, state, code }) => {
    const strategy = spec.strategy ?? weighted({ a: 1 });
    const object = resource({
      metadata: { name, namespace: 'mistakes', generation: 1, uid: name },
      spec: { ...spec, strategy },
      status: {
        status: 'Ready',
        message: 'OK',
        hasDestination: true,
        conditions: [condition('Configured', 1), condition('Operational', 1)],
        strategy: { weighted: { routingKeysReachable: strategy.weighted?.routingKeys } },
      },
    });
    const said = judge(object, mistakeFacts(object));
    expect(said.state).toBe(state);
    expect(said.codes).toContain(code);
    expect(said.text).not.toBe('serving');
  });

  // The Service port is named after the listener that receives its connections.
  test.each([
    ['first', 'serving', 'warning'],
    ['second', 'not-serving', 'error'],
  ])('of two with one host and port, the Service tells that %s is %s', (name, state, severity) => {
    const object = resource({
      metadata: { name, namespace: 'mistakes', generation: 1, uid: name },
      spec: { host: 'web', strategy: weighted({ a: 1 }) },
      status: {
        status: 'Ready',
        conditions: [condition('Configured', 1), condition('Operational', 1)],
        strategy: { weighted: { routingKeysReachable: { a: 1 } } },
      },
    });
    const value = { name: 'web', controlled: true, ports: [{ name: 'multiaddress-first', port: 8080 }] };
    const facts: Facts = { ...mistakeFacts(object), service: { known: true, value } };
    const { findings } = diagnose(object, facts, { platform: 'kubernetes', family: 'kubernetes' });
    expect(findings.find(({ code }) => code === 'host-port-taken')).toMatchObject({
      severity,
      message: `Service web sends port 8080 to MultiKeyListener first, never to ${name === 'first' ? 'MultiKeyListener second' : 'second'}.`,
    });
    expect(judge(object, facts).state).toBe(state);
  });

  test('every Ready of the recording is exposed', () => {
    const lines = (recordedLines('mistakes.ndjson') ?? []) as Line[];
    const changed = lines.flatMap(({ event }) => (event?.type === 'MODIFIED' ? [event.object] : []));
    const ready = changed.filter((object) => object.status?.status === 'Ready');
    for (const object of ready) {
      const expected = MISTAKES[object.metadata.name];
      const said = judge(object, mistakeFacts(object));
      expect([object.metadata.name, said.state]).toEqual([object.metadata.name, expected?.state]);
      expect(said.codes).toContain(expected?.code);
    }
    expect(ready).toHaveLength(lines.length === 0 ? 0 : 7);
  });
});

describe.each(['weighted-life.ndjson', 'priority-life.ndjson'])('every event of %s', (file) => {
  test('has the verdict that its status and keys deserve', () => {
    const lines = (recordedLines(file) ?? []) as Line[];
    for (const { event } of lines) if (event) expectVerdict(event.object);
  });
});

/** Without facts of the network the status alone speaks: what a person without rights sees. */
function expectVerdict(object: MultiKeyListener): void {
  const unread = { known: false, why: 'forbidden' } as const;
  const own = service(object.spec.host, object.spec.port);
  const said = judge(object, { endpoints: unread, sites: unread, service: { known: true, value: own } });
  const { status } = object;
  const { weighted: byWeight, priority } = object.spec.strategy;
  const keys = byWeight ? Object.keys(byWeight.routingKeys) : (priority?.routingKeys ?? []);
  const seen = status?.strategy;
  const named = [
    ...Object.keys(seen?.weighted?.routingKeysReachable ?? {}),
    ...(seen?.priority?.routingKeysReachable ?? []),
  ];
  const reached = keys.filter((key) => named.includes(key)).length;
  const configured = status?.conditions?.find((each) => each.type === 'Configured');
  if (!configured) expect(said.state).toBe('unknown');
  else if (status?.status === 'Error') expect(said.text).toBe(`not serving: ${status.message}`);
  else if (reached === 0) expect(said.state).toBe('not-serving');
  else if (reached === keys.length) expect(said.state).toBe('serving');
  else expect(said.text).toContain(`degraded: ${reached} of ${keys.length}`);
  const behind = configured && (configured.observedGeneration ?? 0) < (object.metadata.generation ?? 0);
  expect(said.codes.includes('status-outdated')).toBe(Boolean(behind));
  if (named.some((key) => !keys.includes(key))) expect(said.codes).toContain('strategy-status-stale');
}
