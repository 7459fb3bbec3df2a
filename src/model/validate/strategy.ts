import { isPossibleRoutingKey } from '../names.js';
import { isMap, nearlyWhole, show, type Reporter } from './reporter.js';
import { STRATEGY_KINDS } from '../resource.js';
import { MAX_KEYS, MAX_WEIGHT } from '../strategy.js';

/** Checks that a strategy has exactly one of priority and weighted, and checks its routing keys. */
export function validateStrategy(report: Reporter, strategy: unknown): void {
  const field = 'spec.strategy';
  if (strategy === undefined || strategy === null) {
    report.add(field, 'is required: give exactly one of priority and weighted');
    return;
  }
  if (!isMap(strategy)) {
    report.add(field, `must be a mapping, not ${show(strategy)}`);
    return;
  }
  report.known(field, strategy, STRATEGY_KINDS);
  const given = STRATEGY_KINDS.filter((kind) => strategy[kind] !== undefined && strategy[kind] !== null);
  if (given.length !== 1) {
    const found = given.length === 0 ? 'neither was given' : 'both were given';
    report.add(field, `must have exactly one of priority and weighted; ${found}`);
  }
  for (const kind of given) {
    const part = strategy[kind];
    const path = `${field}.${kind}`;
    if (!isMap(part)) {
      report.add(path, `must be a mapping, not ${show(part)}`);
      continue;
    }
    report.known(path, part, ['routingKeys']);
    const keys = part['routingKeys'];
    if (keys === undefined || keys === null) report.add(`${path}.routingKeys`, 'is required');
    else if (kind === 'priority') validatePriority(report, `${path}.routingKeys`, keys);
    else validateWeighted(report, `${path}.routingKeys`, keys);
  }
}

function validateCount(report: Reporter, field: string, count: number): void {
  if (count === 0) report.add(field, 'must name at least one routing key');
  if (count > MAX_KEYS) report.add(field, `has ${count} routing keys; at most ${MAX_KEYS} are allowed`);
}

function validateKey(report: Reporter, field: string, key: string): void {
  if (key === '') report.addKey(field, 'is empty; a routing key needs at least one character', 'routing-key-empty');
  else if (!isPossibleRoutingKey(key)) {
    const message = `invalid routing key ${show(key)}: spaces, control characters, "," and "=" are not allowed`;
    report.addKey(field, message, 'routing-key-characters');
  }
}

function validatePriority(report: Reporter, field: string, keys: unknown): void {
  if (!Array.isArray(keys)) {
    report.add(field, `must be a list of routing keys in order of priority, not ${show(keys)}`);
    return;
  }
  validateCount(report, field, keys.length);
  const seen = new Set<unknown>();
  keys.forEach((key: unknown, index) => {
    const path = `${field}[${index}]`;
    if (typeof key !== 'string') report.add(path, `must be a string, not ${show(key)}`);
    else {
      validateKey(report, path, key);
      if (seen.has(key)) report.add(path, `${show(key)} is given twice; list each routing key only once`);
    }
    seen.add(key);
  });
}

function validateWeighted(report: Reporter, field: string, keys: unknown): void {
  if (!isMap(keys)) {
    report.add(field, `must be a mapping of routing keys to weights, not ${show(keys)}`);
    return;
  }
  const entries = Object.entries(keys);
  // The API server drops members that are null before it counts them.
  const counted = entries.filter(([, weight]) => weight !== null).length;
  if (counted > 0 || entries.length === 0) validateCount(report, field, counted);
  let sum = 0;
  for (const [key, weight] of entries) {
    const path = `${field}[${key}]`;
    validateKey(report, path, key);
    sum += validateWeight(report, path, weight);
  }
  if (sum > MAX_WEIGHT) {
    const message = `the weights add up to ${sum}; the router's limit is ${MAX_WEIGHT}`;
    report.add(field, `${message}: use smaller weights with the same ratio`, 'weight-sum');
  }
}

/** Checks one weight. Returns a valid weight for the sum of all weights, otherwise 0. */
function validateWeight(report: Reporter, field: string, weight: unknown): number {
  if (typeof weight !== 'number' || !Number.isInteger(weight)) {
    const rule = weight === null ? 'weight-null' : nearlyWhole(weight);
    report.add(field, `the weight must be a whole number from 1 to ${MAX_WEIGHT}, not ${show(weight)}`, rule);
    return 0;
  }
  if (weight < 1) {
    const why =
      weight === 0
        ? 'a key with weight 0 gets no connections while another key is reachable'
        : "Skupper's controller cannot read it";
    report.add(field, `the weight must be at least 1, not ${weight}: ${why}`, 'weight-minimum');
    return 0;
  }
  if (weight > MAX_WEIGHT) {
    report.add(
      field,
      `the weight must be at most ${MAX_WEIGHT}, not ${weight}: the router would truncate it`,
      'weight-maximum',
    );
    return 0;
  }
  return weight;
}
