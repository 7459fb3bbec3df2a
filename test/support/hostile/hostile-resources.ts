import fc from 'fast-check';
import type { Facts } from '../../../src/model/facts.js';
import { Failure } from '../../../src/model/failure.js';
import type { MultiKeyListener } from '../../../src/model/resource.js';
import { diagnose } from '../../../src/findings/live-rules.js';
import { verdictOf } from '../../../src/findings/verdict.js';
import type { Inspection } from '../../../src/view/inspect/inspect.js';
import { hostileText } from './hostile-text.js';

/** The moment of the views; all that is generated is three days old, which shows as `3d`. */
export const NOW = Date.parse('2026-07-23T12:00:00Z');
const AT = '2026-07-20T12:00:00Z';

const map = (value: fc.Arbitrary<string>): fc.Arbitrary<Record<string, string>> =>
  fc.dictionary(hostileText(), value, { maxKeys: 3 });

/** A resource whose every text is hostile; state, numbers and times are as a controller writes them. */
export function hostileResource(text = hostileText()): fc.Arbitrary<MultiKeyListener> {
  return fc
    .record({
      name: text,
      namespace: text,
      host: text,
      keys: fc.uniqueArray(text, { minLength: 1, maxLength: 4 }),
      weighted: fc.boolean(),
      state: fc.constantFrom('Ready', 'Pending', 'Error'),
      message: text,
      reason: text,
      tls: text,
      labels: map(text),
      settings: map(text),
    })
    .map(({ name, namespace, host, keys, weighted, state, message, reason, tls, labels, settings }) => {
      const weights = Object.fromEntries(keys.map((key, at) => [key, at + 1]));
      const reached = Object.fromEntries(keys.slice(1).map((key) => [key, 1]));
      const condition = (type: string): object => ({
        type,
        status: 'True',
        reason,
        message,
        lastTransitionTime: AT,
        observedGeneration: 1,
      });
      return {
        apiVersion: 'skupper.io/v2alpha1',
        kind: 'MultiKeyListener',
        metadata: { name, namespace, uid: name, generation: 1, creationTimestamp: AT, labels, annotations: settings },
        spec: {
          host,
          port: 8080,
          strategy: weighted ? { weighted: { routingKeys: weights } } : { priority: { routingKeys: keys } },
          tlsCredentials: tls,
          observer: reason,
          settings,
        },
        status: {
          status: state,
          message,
          hasDestination: true,
          conditions: [condition('Configured'), condition(reason)],
          strategy: weighted
            ? { weighted: { routingKeysReachable: reached } }
            : { priority: { routingKeysReachable: Object.keys(reached) } },
        },
      } as MultiKeyListener;
    });
}

/** The same with hostile surroundings, judged by the real rules. */
export function hostileInspection(): fc.Arbitrary<Inspection> {
  const fields = { resource: hostileResource(), a: hostileText(), b: hostileText(), c: hostileText() };
  return fc.record({ ...fields, lose: fc.boolean(), known: fc.boolean() }).map(({ resource, a, b, c, lose, known }) => {
    const keys = Object.keys(resource.spec.strategy.weighted?.routingKeys ?? {}).concat(
      resource.spec.strategy.priority?.routingKeys ?? [],
    );
    const services = keys.map((routingKey) => ({ routingKey, connectors: [a, b], listeners: [c] }));
    const facts: Facts = {
      endpoints: known
        ? { known, value: [{ kind: 'Listener', name: a, host: resource.spec.host, port: 8080, source: 'cluster' }] }
        : { known, why: a },
      sites: {
        known: true,
        value: [{ name: b, uid: b, configured: true, controllerVersion: c, network: [{ id: b, name: a, services }] }],
      },
      service: known
        ? { known, value: { name: b, controlled: false, clusterIP: c, ports: [{ name: a, port: 1 }] } }
        : { known, why: b },
      secret: known ? { known, value: { name: a, type: b } } : { known, why: c },
    };
    const { findings, notes } = diagnose(resource, facts, { platform: 'kubernetes', family: 'kubernetes' });
    const verdict = verdictOf(resource, facts, findings);
    const without = lose ? keys.slice(0, 1) : [];
    return { resource, facts, findings, notes, verdict, without, place: { platform: a, context: b, folder: c } };
  });
}

/** A failure of which others wrote everything but the code. */
export const hostileFailure = (): fc.Arbitrary<Failure> =>
  fc
    .record({ message: hostileText(), field: hostileText(), cause: hostileText(), many: fc.boolean() })
    .map(
      ({ message, field, cause, many }) =>
        new Failure('rejected', message, { causes: Array(many ? 4 : 1).fill({ field, message: cause }), hint: cause }),
    );
