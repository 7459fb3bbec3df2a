import type { Condition, Metadata, MultiKeyListener, Spec, Status, Strategy } from '../../src/model/resource.js';
import type { RouterFact, RouterState } from '../../src/model/router.js';
import type { Style } from '../../src/view/style.js';

export const weighted = (routingKeys: Record<string, number>): Strategy => ({ weighted: { routingKeys } });
export const priority = (...routingKeys: string[]): Strategy => ({ priority: { routingKeys } });

/** A valid resource named web; what is given replaces its parts. */
export function resource(
  parts: { metadata?: Partial<Metadata>; spec?: Partial<Spec>; status?: Status } = {},
): MultiKeyListener {
  return {
    apiVersion: 'skupper.io/v2alpha1',
    kind: 'MultiKeyListener',
    metadata: { name: 'web', ...parts.metadata },
    spec: { host: 'web', port: 8080, strategy: weighted({ east: 3, west: 1 }), ...parts.spec },
    ...(parts.status ? { status: parts.status } : {}),
  };
}

/** A condition as the controller writes it; True is Ready and OK, False is an Error. */
export function condition(type: string, observedGeneration?: number, message?: string): Condition {
  const good = message === undefined;
  return {
    type,
    status: good ? 'True' : 'False',
    reason: good ? 'Ready' : 'Error',
    message: message ?? 'OK',
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    lastTransitionTime: '2026-07-23T10:00:00Z',
  };
}

/** What a router says that holds web with these weights (or does not hold it) and reaches the keys. */
export function routerHolding(
  weights: Record<string, number> | undefined,
  reached: readonly string[] = [],
): RouterFact<RouterState> {
  const listener = {
    name: 'web',
    host: '',
    port: 1024,
    strategy: 'weighted' as const,
    up: reached.length > 0,
    message: '',
    opened: 0,
    open: 0,
    keys: Object.entries(weights ?? {}).map(([key, value]) => ({ key, value, given: 0 })),
  };
  const addresses = Object.fromEntries(reached.map((key) => [key, { local: 1, remote: 0, through: [] }]));
  return { known: true, value: { routers: ['r'], addresses, listeners: weights ? [listener] : [] } };
}

const ansi = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;
const same = (text: string): string => text;

/** A terminal of that width, colourless unless asked. */
export function terminal(width: number, options: { unicode?: boolean; colour?: boolean } = {}): Style {
  const paint = options.colour ? ansi : () => same;
  return {
    terminal: true,
    width,
    unicode: options.unicode ?? true,
    good: paint(32, 39),
    warn: paint(33, 39),
    bad: paint(31, 39),
    dim: paint(2, 22),
    bold: paint(1, 22),
    strike: paint(9, 29),
  };
}
