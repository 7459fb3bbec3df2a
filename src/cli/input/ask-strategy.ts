import { networkOf, servedKeys, serversOf } from '../../model/network.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { boundedBy } from '../../util/bounded.js';
import type { Context } from '../context.js';
import type { Choice } from '../terminal/prompts.js';

/** Timeout for reading the network while the user waits for the prompt, in milliseconds. */
const LOOK_MS = 3000;

/** A strategy as values of its flags. */
export interface StrategyAnswer {
  weighted?: string[];
  priority?: string[];
}

/** Returns the first problem of a strategy, or undefined. */
export type Judge = (answer: StrategyAnswer) => string | undefined;

/**
 * Prompts for the strategy: its kind, the routing keys (with those that connectors of this network serve as choices), and
 * their weights or order.
 *
 * @param resource the resource so far; undefined if the network must not be read
 */
export async function askStrategy(
  context: Context,
  resource: MultiKeyListener | undefined,
  judge: Judge,
): Promise<StrategyAnswer> {
  const { choose } = await import('../terminal/prompts.js');
  const kind = await choose(context.io, 'Strategy (immutable after creation):', [
    { value: 'weighted', about: 'share connections among routing keys' },
    { value: 'priority', about: 'all connections to the first reachable routing key' },
  ]);
  const keys = await askKeys(context, resource && (await offered(context, resource)), judge);
  if (kind === 'priority') return { priority: [(await inOrder(context, keys)).join(',')] };
  return { weighted: [(await withWeights(context, keys, judge)).join(',')] };
}

/** The routing keys that connectors serve; none if the network cannot be read in time. */
async function offered(context: Context, resource: MultiKeyListener): Promise<Choice[]> {
  const { signal, clear } = boundedBy(context.signal, LOOK_MS);
  try {
    const store = await context.openStore();
    const network = networkOf(await store.facts(resource, { signal })) ?? [];
    return [...servedKeys(network)].sort().map((value) => {
      const sites = serversOf(network, value).map(({ site }) => site);
      return { value, about: `served by ${sites.join(', ')}` };
    });
  } catch {
    return [];
  } finally {
    clear();
  }
}

async function askKeys(context: Context, choices: readonly Choice[] | undefined, judge: Judge): Promise<string[]> {
  const { ask, chooseMany } = await import('../terminal/prompts.js');
  const picked = choices?.length ? await chooseMany(context.io, 'Routing keys:', choices) : [];
  const message = choices?.length
    ? 'Other routing keys, comma-separated (optional):'
    : 'Routing keys, comma-separated:';
  const split = (text: string): string[] =>
    text
      .split(',')
      .map((key) => key.trim())
      .filter((key) => key !== '');
  const typed = await ask(context.io, {
    message,
    problem: (text) => {
      const keys = [...picked, ...split(text)];
      return keys.length === 0 ? 'Enter at least one routing key.' : judge({ priority: [keys.join(',')] });
    },
  });
  return [...picked, ...split(typed)];
}

/** Prompts for the order of the keys, one after the other; the last one needs no prompt. */
async function inOrder(context: Context, keys: readonly string[]): Promise<string[]> {
  const { choose } = await import('../terminal/prompts.js');
  const left = [...keys];
  const ordered: string[] = [];
  while (left.length > 1) {
    const message = ordered.length === 0 ? 'First choice:' : `After ${ordered.at(-1)}:`;
    const next = await choose(
      context.io,
      message,
      left.map((value) => ({ value })),
    );
    ordered.push(...left.splice(left.indexOf(next), 1));
  }
  return [...ordered, ...left];
}

async function withWeights(context: Context, keys: readonly string[], judge: Judge): Promise<string[]> {
  const { ask } = await import('../terminal/prompts.js');
  const pairs: string[] = [];
  for (const key of keys) {
    const weight = await ask(context.io, {
      message: `Weight of ${key}:`,
      default: '1',
      problem: (text) => judge({ weighted: [...pairs, `${key}=${text.trim()}`] }),
    });
    pairs.push(`${key}=${weight.trim()}`);
  }
  return pairs;
}
