import type { Problem } from './failure.js';
import { sameJson } from './change/merge-patch.js';
import type { Strategy, StrategyKind } from './resource.js';

/** The router keeps weights and their sum in a C int. */
export const MAX_WEIGHT = 2147483647;
export const MAX_KEYS = 256;

/** The values of `--weighted` and `--priority`, as typed and not checked yet. */
export interface StrategyOptions {
  weighted?: readonly string[];
  priority?: readonly string[];
}

export interface ParsedStrategy {
  /** Undefined if neither flag is given. Parts that could not be parsed are missing in it. */
  strategy?: Strategy;
  problems: Problem[];
}

/** Splits comma-separated lists. Blanks around a comma and a trailing comma are ignored. */
export function commaParts(values: readonly string[]): string[] {
  return values.flatMap((value) => {
    const parts = value.split(',').map((part) => part.trim());
    return parts.length > 1 && parts.at(-1) === '' ? parts.slice(0, -1) : parts;
  });
}

function parseWeight(part: string): { key: string; weight?: number; problem?: Problem } {
  // A key without a weight is not allowed here, so `east:1` is always the key `east` with weight 1.
  const at = part.includes('=') ? part.lastIndexOf('=') : part.search(/:-?[0-9]+$/);
  const key = at < 0 ? part : part.slice(0, at);
  const text = at < 0 ? undefined : part.slice(at + 1);
  const field = `spec.strategy.weighted.routingKeys[${key}]`;
  if (text === undefined || text === '') {
    return { key, problem: { field, message: `has no weight; give one, for example ${key || 'east'}=1` } };
  }
  if (!/^-?[0-9]+$/.test(text)) {
    return { key, problem: { field, message: `the weight ${JSON.stringify(text)} is not a whole number` } };
  }
  return { key, weight: Number(text) };
}

function duplicates(field: (key: string, index: number) => string, keys: readonly string[]): Problem[] {
  return keys.flatMap((key, index) =>
    keys.indexOf(key) < index
      ? [{ field: field(key, index), message: 'is given twice; list each routing key only once' }]
      : [],
  );
}

/**
 * Parses `east=3,west=1` (or `east:3, west:1`) and `primary,standby`. Reports only problems that a Strategy cannot
 * represent, such as a missing weight or a duplicate key; `validate` checks the values.
 */
export function parseStrategy(options: StrategyOptions): ParsedStrategy {
  const strategy: Strategy = {};
  const problems: Problem[] = [];
  if (options.priority) {
    const keys = commaParts(options.priority);
    problems.push(...duplicates((_key, index) => `spec.strategy.priority.routingKeys[${index}]`, keys));
    strategy.priority = { routingKeys: keys };
  }
  if (options.weighted) {
    const parts = commaParts(options.weighted).map(parseWeight);
    problems.push(...parts.flatMap((part) => part.problem ?? []));
    const keys = parts.map((part) => part.key);
    problems.push(...duplicates((key) => `spec.strategy.weighted.routingKeys[${key}]`, keys));
    strategy.weighted = {
      routingKeys: Object.fromEntries(
        parts.flatMap((part) => (part.weight === undefined ? [] : [[part.key, part.weight]])),
      ),
    };
  }
  const given = options.priority ?? options.weighted;
  return given ? { strategy, problems } : { problems };
}

/** The kind of a strategy; undefined if none or both are set. */
export function kindOf(strategy: Strategy | undefined | null): StrategyKind | undefined {
  const priority = strategy?.priority !== undefined && strategy.priority !== null;
  const weighted = strategy?.weighted !== undefined && strategy.weighted !== null;
  if (priority === weighted) return undefined;
  return priority ? 'priority' : 'weighted';
}

/**
 * The routing keys in the order of display: by rank for priority, by weight (largest first) and then by name for weighted.
 * Accepts a strategy of any shape, because a file on a system site may hold anything.
 */
export function keysOf(strategy: Strategy | undefined | null): string[] {
  const ranked: unknown = strategy?.priority?.routingKeys;
  if (Array.isArray(ranked)) return ranked.map(String);
  return Object.entries(weightsOf(strategy))
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([key]) => key);
}

/** The weights by routing key; empty for a priority strategy. */
export function weightsOf(strategy: Strategy | undefined | null): Record<string, number> {
  const weights: unknown = strategy?.weighted?.routingKeys;
  return typeof weights === 'object' && weights !== null ? (weights as Record<string, number>) : {};
}

/**
 * The value of each routing key in the router: its weight, or for priority the number of keys after it (Skupper's
 * `numKeys - 1 - position`; the highest value wins). So a new first key leaves the values of the others unchanged.
 */
export function valuesOf(strategy: Strategy): Map<string, number> {
  const keys = keysOf(strategy);
  const weights = weightsOf(strategy);
  const ranked = kindOf(strategy) === 'priority';
  return new Map(keys.map((key, index) => [key, ranked ? keys.length - 1 - index : (weights[key] ?? 0)]));
}

/** True if both have the same kind and keys, in the same order (priority) or with the same weights (weighted). */
export function sameStrategy(a: Strategy, b: Strategy): boolean {
  return (
    sameJson(a.priority?.routingKeys ?? null, b.priority?.routingKeys ?? null) &&
    sameJson(a.weighted?.routingKeys ?? null, b.weighted?.routingKeys ?? null)
  );
}

/** A strategy in a sentence, with at most 8 keys: `weighted (east=1, west=1)`. */
export function describeStrategy(strategy: Strategy | undefined): string {
  const kind = kindOf(strategy);
  if (!strategy || !kind) return 'no strategy';
  const weights = weightsOf(strategy);
  const keys = keysOf(strategy).map((key) => (kind === 'weighted' ? `${key}=${weights[key]}` : key));
  const shown = keys.length > 8 ? [...keys.slice(0, 8), `and ${keys.length - 8} more`] : keys;
  return `${kind} (${shown.join(', ')})`;
}

/** The flag that gives this strategy: `--weighted east=1,west=1`. */
export function strategyFlag(strategy: Strategy): string {
  const weights = weightsOf(strategy);
  const keys = keysOf(strategy);
  return strategy.priority
    ? `--priority ${keys.join(',')}`
    : `--weighted ${keys.map((key) => `${key}=${weights[key]}`).join(',')}`;
}
