import type { Endpoint, Fact, Facts, SecretFact } from '../../model/facts.js';
import { PLURAL, type MultiKeyListener } from '../../model/resource.js';
import type { Api } from './http/api.js';
import { endpoints, known, secretFacts, serviceFacts, siteFacts, type InNamespace } from './facts.js';

/**
 * The facts of many resources. Each collection (Listeners, Sites, Services, …) is listed once for all resources.
 *
 * @param namespace the namespace of the resources; undefined if they are in several
 * @returns the facts in the order of the resources; if a collection cannot be listed, that fact is unknown for each of them
 */
export async function gatherFactsOfAll(
  api: Api,
  resources: readonly MultiKeyListener[],
  namespace: string | undefined,
  signal?: AbortSignal,
): Promise<Facts[]> {
  const spaceOf = (resource: MultiKeyListener): string => resource.metadata.namespace ?? api.namespace;
  const withTls = [...new Set(resources.filter(({ spec }) => spec.tlsCredentials).map(spaceOf))];
  const [listeners, siblings, sites, services, secrets] = await Promise.all([
    known(() => endpoints(api, 'Listener', 'listeners', namespace, signal)),
    known(() => endpoints(api, 'MultiKeyListener', PLURAL, namespace, signal)),
    known(async () => grouped(await siteFacts(api, namespace, signal), spaceKey)),
    known(async () => grouped(await serviceFacts(api, namespace, signal), nameKey)),
    // Secrets are listed for each namespace separately: a Table of all namespaces does not have the namespace of its rows.
    Promise.all(withTls.map((space) => known(() => secretFacts(api, space, signal)))),
  ]);
  const claims = both(listeners, siblings);
  const byPort = map(claims, (all) => grouped(all, portKey));
  const byName = map(claims, (all) => grouped(all.filter(isListener), nameKey));
  const secretsOf = new Map<string, Fact<SecretFact[]>>(secrets.map((fact, index) => [withTls[index] ?? '', fact]));

  return resources.map((resource): Facts => {
    const namespace = spaceOf(resource);
    const { name } = resource.metadata;
    const { host, port, tlsCredentials } = resource.spec;
    const secret = tlsCredentials ? secretsOf.get(namespace) : undefined;
    const clashing = map(byName, (all) => all(nameKey({ namespace, name: `multiaddress-${name}` })));
    const samePort = map(byPort, (all) =>
      all(portKey({ namespace, port })).filter((one) => isListener(one) || one.name !== name),
    );
    return {
      endpoints: map(both(samePort, clashing), (all) => [...new Set(all)]),
      sites: map(sites, (all) => all(namespace)),
      service: map(services, (all) => all(nameKey({ namespace, name: host }))[0] ?? null),
      ...(secret && { secret: map(secret, (all) => all.find((each) => each.name === tlsCredentials) ?? null) }),
    };
  });
}

const isListener = ({ kind }: Endpoint): boolean => kind === 'Listener';
const spaceKey = ({ namespace = '' }: { namespace?: string }): string => namespace;
const nameKey = ({ namespace, name }: InNamespace<{ name: string }>): string => `${namespace}/${name}`;
const portKey = ({ namespace, port }: InNamespace<{ port: number }>): string => `${namespace}:${port}`;

/** Groups items by a key. Returns a look-up; a key without items has an empty list. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): (key: string) => T[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return (key) => groups.get(key) ?? [];
}

function map<T, U>(fact: Fact<T>, make: (value: T) => U): Fact<U> {
  return fact.known ? { known: true, value: make(fact.value) } : fact;
}

function both<T>(one: Fact<T[]>, other: Fact<T[]>): Fact<T[]> {
  return one.known ? map(other, (value) => [...one.value, ...value]) : one;
}
