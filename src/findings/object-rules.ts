import { isUsualRoutingKey } from '../model/names.js';
import { ownCommand } from '../model/own-command.js';
import { gitOpsOwner } from '../model/ownership.js';
import type { MultiKeyListener } from '../model/resource.js';
import { keysOf, weightsOf } from '../model/strategy.js';
import { shellWord } from '../model/text.js';
import type { Finding } from './findings.js';

/** Up to this sum of weights the shares of the router's `rand() mod sum` are off by at most 0.05 %. */
const EXACT_SUM = 1_000_000;

const warning = (code: string, message: string, hint: string): Finding => ({
  code,
  severity: 'warning',
  about: 'object',
  message,
  hint,
});

/** Weights with nearly the same ratio whose sum is at most EXACT_SUM; each is at least 1. */
export function smallerWeights(weights: Readonly<Record<string, number>>): Record<string, number> {
  const sum = Object.values(weights).reduce((a, b) => a + b, 0);
  const room = EXACT_SUM - Object.keys(weights).length;
  return Object.fromEntries(
    Object.entries(weights).map(([key, weight]) => [key, Math.max(1, Math.floor((weight / sum) * room))]),
  );
}

function weightsTooLarge(resource: MultiKeyListener): Finding[] {
  const weights = weightsOf(resource.spec.strategy);
  const sum = Object.values(weights).reduce((a, b) => a + b, 0);
  if (sum <= EXACT_SUM) return [];
  const smaller = Object.entries(smallerWeights(weights)).map(([key, weight]) => `${key}=${weight}`);
  return [
    warning(
      'weights-too-large',
      `The weights add up to ${sum}; above ${EXACT_SUM} the router computes wrong shares.`,
      `Use smaller weights with the same ratio: --weighted ${smaller.join(',')}`,
    ),
  ];
}

function unusualKeys(resource: MultiKeyListener): Finding[] {
  const unusual = keysOf(resource.spec.strategy).filter((key) => !isUsualRoutingKey(key));
  if (unusual.length === 0) return [];
  return [
    warning(
      'routing-key-unusual',
      `Skupper's own command line accepts no connector with routing key ${unusual.join(', ')}.`,
      'Use lower-case letters, digits, "-" and "." in routing keys.',
    ),
  ];
}

function settingsUnread(resource: MultiKeyListener): Finding[] {
  if (Object.keys(resource.spec.settings ?? {}).length === 0) return [];
  return [
    warning(
      'settings-unread',
      'Skupper ignores spec.settings of a MultiKeyListener.',
      'They have no effect and can be removed.',
    ),
  ];
}

/** Warns that a GitOps tool (see `gitOpsOwner`) reverts manual changes. Empty for a manifest that is not stored yet. */
export function gitOpsManaged(resource: MultiKeyListener): Finding[] {
  const owned = resource.metadata.uid === undefined ? undefined : gitOpsOwner(resource);
  if (!owned) return [];
  const who = owned.owner === undefined ? owned.tool : `${owned.tool} (${owned.owner})`;
  return [
    warning(
      'gitops-managed',
      `${who} manages this resource and reverts changes made elsewhere.`,
      `Change the source instead; print the stored manifest with: ${ownCommand(`generate --from ${shellWord(resource.metadata.name)}`)}`,
    ),
  ];
}

/** Warnings about a valid object that need no facts about its surroundings. */
export function objectFindings(resource: MultiKeyListener): Finding[] {
  return [
    ...weightsTooLarge(resource),
    ...unusualKeys(resource),
    ...settingsUnread(resource),
    ...gitOpsManaged(resource),
  ];
}
