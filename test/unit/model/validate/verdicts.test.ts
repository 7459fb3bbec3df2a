import type { Problem } from '../../../../src/model/failure.js';
import { judgeStrategy } from '../../../../src/model/change/immutability.js';
import type { MultiKeyListener, Strategy } from '../../../../src/model/resource.js';
import { validate } from '../../../../src/model/validate/resource.js';
import { checkDocument } from '../../../../src/operations/validate/documents.js';
import { recordedJson } from '../../../support/recorded.js';
import { priority, resource, weighted } from '../../fixtures.js';

/** What the real API server said to one object or update. */
interface Verdict {
  name: string;
  operation: 'create' | 'update' | 'get';
  object?: unknown;
  accepted?: boolean;
  code: number;
  message?: string;
  causes?: { field: string }[];
}

/**
 * What is stricter here than the server, by the verdict's name: the rule, and
 * why. The set must be exact, both ways.
 */
const STRICTER: Record<string, [rule: string | undefined, why: string]> = {
  'priority empty key': ['routing-key-empty', 'no connector can have it'],
  'weighted empty key': ['routing-key-empty', 'no connector can have it'],
  'routing key with spaces': ['routing-key-characters', 'no command line and no table can show it'],
  'weight 0': ['weight-minimum', 'gets nothing while another key is reachable, and misleads the router when none is'],
  'weight -1': ['weight-minimum', "stops the controller's informer for every MultiKeyListener"],
  'weight 2^31': ['weight-maximum', 'the router holds weights in a C int'],
  'weight 2^53': ['weight-maximum', 'the router holds weights in a C int'],
  'host empty': ['host-is-service-name', 'the resource says Ready with no Service behind it'],
  'host invalid service name': ['host-is-service-name', 'the resource says Ready with no Service behind it'],
  'port 0': ['port-range', 'the resource says Ready with no Service behind it'],
  'port -1': ['port-range', 'the resource says Ready with no Service behind it'],
  'port 65536': ['port-range', 'the resource says Ready with no Service behind it'],
  'requireClientCert without tls': ['client-cert-needs-tls', 'the router ignores it and accepts every client'],
  'name with dot': ['name-without-dots', 'it names a port of a Service'],
  'name 63': ['name-length', 'the Service port multiaddress-NAME has 63 characters'],
  'name 253': ['name-length', 'the Service port multiaddress-NAME has 63 characters'],
  generateName: ['generate-name', 'every message, wait and file name needs the name beforehand'],
};

/** Concerns of a write against what is stored now: test/store/contract.ts shows them for both stores. */
const STORE_MATTERS = ['weighted', 'priority'].flatMap((kind) =>
  ['stale resourceVersion', 'no resourceVersion', 'other uid', 'other name than the path'].map(
    (what) => `${kind}: ${what}`,
  ),
);

/** The strategies that the recorded updates send, by what their name says. */
const UPDATES: Record<string, (own: Strategy, other: Strategy) => Strategy | undefined> = {
  'no change': (own) => own,
  'host and port': (own) => own,
  'switch kind': (_own, other) => other,
  'add the other kind': (own, other) => ({ ...own, ...other }),
  'remove strategy': () => undefined,
  'other keys': (own) => (own.priority ? priority('x', 'y') : weighted({ x: 1, y: 1 })),
  'reorder or reweigh': (own) => (own.priority ? priority('b', 'a') : weighted({ a: 5, b: 1 })),
};

const verdicts = recordedJson('verdicts.json') as Verdict[] | undefined;

/** Objects that the recording leaves out for their size. */
const LEFT_OUT: Record<string, unknown> = {
  'annotation 300 KiB': resource({ metadata: { annotations: { a: 'x'.repeat(300 * 1024) } } }),
  'routing key 10k chars': resource({ spec: { strategy: priority('k'.repeat(10_000)) } }),
};

function objectOf({ name, object }: Verdict): unknown {
  const value = object ?? LEFT_OUT[name];
  return typeof value === 'string' ? JSON.parse(value) : value;
}

/** `routingKeys[a]` of ours as the server writes it; a label's key is not part of the server's path. */
function normalised(field: string): string {
  if (/^metadata\.(labels|annotations)\[/.test(field)) return field.replace(/\[.*/, '');
  return field.replace(/\[(?!\d+\])([^\]]*)\]/g, '.$1');
}

/** The fields the server blames; strict decoding names them in its message only. */
function blamed({ causes = [], message = '' }: Verdict): string[] {
  const unknown = [...message.matchAll(/unknown field "([^"]+)"/g)].map((match) => match[1] ?? '');
  return [...causes.map(({ field }) => field).filter((field) => field !== '<nil>'), ...unknown];
}

/** Fields where the server and we blame another part of the same mistake. */
const SAME_MISTAKE: Record<string, string> = {
  'wrong apiVersion': 'apiVersion',
  'priority map': 'spec.strategy.priority.routingKeys',
  'weight null': 'spec.strategy.weighted.routingKeys.a',
};

function localProblems(verdict: Verdict): Problem[] {
  const object = objectOf(verdict);
  if (verdict.name !== 'namespace other than the path') return validate(object, 'kubernetes');
  return checkDocument(object, { family: 'kubernetes', namespace: 'here' });
}

if (verdicts === undefined) {
  test('the recorded verdicts are not here (../shared/recorded/verdicts.json): nothing to compare with', () => {
    expect(verdicts).toBeUndefined();
  });
} else {
  const creates = verdicts.filter(({ operation }) => operation === 'create');

  test('every recorded create has an object to judge', () => {
    expect(creates.filter((verdict) => objectOf(verdict) === undefined).map(({ name }) => name)).toEqual([]);
  });

  test.each(creates.filter(({ accepted }) => !accepted))(
    'rejected by the server, and here for the same field: $name',
    (verdict) => {
      const fields = localProblems(verdict).map(({ field }) => normalised(field));
      const expected = SAME_MISTAKE[verdict.name] ?? blamed(verdict)[0] ?? 'metadata.namespace';
      expect(fields).toContain(expected);
    },
  );

  test('accepted by the server and rejected here: exactly those listed, for the rule given', () => {
    const found = creates
      .filter(({ accepted }) => accepted)
      .flatMap((verdict) => {
        const problems = localProblems(verdict);
        return problems.length === 0 ? [] : [[verdict.name, problems.map(({ rule }) => rule)]];
      });
    const listed = Object.entries(STRICTER).map(([name, [rule]]) => [name, [rule]]);
    const byName = ([one]: unknown[], [other]: unknown[]): number => String(one).localeCompare(String(other));
    expect(found.sort(byName)).toEqual(listed.sort(byName));
  });

  const updates = verdicts.filter(({ operation, name }) => operation === 'update' && !STORE_MATTERS.includes(name));

  test('every recorded operation is replayed here or in the store contract', () => {
    const known = updates.map(({ name }) => name.replace(/^\w+: /, ''));
    expect([...new Set(known)].sort()).toEqual(Object.keys(UPDATES).sort());
    const others = verdicts.filter(({ operation }) => operation === 'update').length - updates.length;
    expect(others).toBe(STORE_MATTERS.length);
    expect(verdicts.filter(({ operation }) => operation === 'get').map(({ name }) => name)).toEqual(['get absent']);
  });

  test.each(updates)('update, $name (accepted: $accepted)', ({ name, accepted, causes = [] }) => {
    const [kind = '', what = ''] = name.split(': ');
    const both = [weighted({ a: 1, b: 1 }), priority('a', 'b')];
    const [own = {}, other = {}] = kind === 'weighted' ? both : [...both].reverse();
    const before = resource({ spec: { strategy: own } });
    const strategy = UPDATES[what]?.(own, other);
    const after = { ...before, spec: { ...before.spec, strategy } } as MultiKeyListener;
    const problems = validate(after, 'kubernetes').map(({ field }) => field);
    // The most that a user can ask for in one write is --in-place.
    const verdict = problems.length > 0 ? 'invalid' : judgeStrategy(before, after.spec.strategy, { inPlace: true }).way;
    if (accepted) expect(['unchanged', 'in-place']).toContain(verdict);
    else {
      expect(['invalid', 'refused']).toContain(verdict);
      expect(causes[0]?.field).toBe('spec.strategy');
      if (verdict === 'invalid') expect(problems).toContain('spec.strategy');
    }
  });
}
