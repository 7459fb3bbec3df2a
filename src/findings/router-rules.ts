import type { MultiKeyListener } from '../model/resource.js';
import { differingKeys, keysReachedBy, routerListener, type RouterState } from '../model/router.js';
import { kindOf } from '../model/strategy.js';
import { percent, plural } from '../model/text.js';
import type { ListenerTraffic } from '../model/traffic/traffic.js';
import { surroundings, type Finding } from './findings.js';

/**
 * Compares the listener in the router with the spec of its resource. Returns no findings while a system site has not applied
 * the spec, because the router then has to differ.
 */
export function routerFindings(resource: MultiKeyListener, state: RouterState): Finding[] {
  const { metadata, spec, status } = resource;
  const applied = status?.local?.applied;
  if (applied !== undefined && applied !== 'Applied') return [];
  const listener = routerListener(state, metadata.name);
  if (!listener) {
    const message = `The router does not have the listener ${metadata.name}.`;
    return [differs(message)];
  }
  const reachable = keysReachedBy(state, spec);
  const found: Finding[] = [];
  if (!listener.up && (listener.message !== '' || reachable.length > 0)) {
    const message = `The router does not accept connections: ${listener.message || 'no reason given'}.`;
    const hint = 'Free the port or use another one, then apply the change: the router does not retry by itself.';
    found.push(surroundings('error', 'listen-failed', message, hint));
  }
  if (listener.strategy !== kindOf(spec.strategy))
    found.push(differs('The router uses another kind of strategy than the spec.'));
  else {
    const keys = differingKeys(listener, spec);
    const which = `routing ${plural(keys.length, 'key')} ${keys.join(', ')}`;
    if (keys.length > 0) found.push(differs(`The router and the spec have different values for ${which}.`));
  }
  return found;
}

function differs(message: string): Finding {
  const hint = 'A change takes a few seconds; if this persists, check the controller, or reload the site.';
  return surroundings('warning', 'router-values-differ', message, hint);
}

/**
 * The findings about a listener and its traffic: differences between router and spec, and routing keys whose share of the
 * connections differs from their weight by more than chance explains (`traffic.deviating`).
 */
export function trafficFindings(resource: MultiKeyListener, state: RouterState, traffic: ListenerTraffic): Finding[] {
  const { keys, deviating, connections } = traffic;
  const off = keys.filter(({ key }) => deviating.includes(key));
  const shares = off.map(({ key, share = 0, connections: own }) => {
    const message = `Routing key ${key} got ${percent(own / connections)} of ${connections} connections instead of ${percent(share)}; that is not chance.`;
    const hint =
      'Measure again with a longer --window. If this persists, a key comes and goes, or the router chooses wrongly.';
    return surroundings('warning', 'share-differs', message, hint);
  });
  return [...routerFindings(resource, state), ...shares];
}
