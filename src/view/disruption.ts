import { addressOf } from '../model/names.js';
import type { Disruption } from '../model/change/disruption.js';
import { ownCommand } from '../model/own-command.js';
import type { MultiKeyListener, Strategy } from '../model/resource.js';
import { keysOf, kindOf, weightsOf } from '../model/strategy.js';
import { listed, shortened } from './words.js';

/** One line for stderr, before anything is written. */
export interface DisruptionLine {
  severity: 'notice' | 'warning';
  text: string;
}

const notice = (text: string): DisruptionLine => ({ severity: 'notice', text });
const warning = (text: string): DisruptionLine => ({ severity: 'warning', text });

const is = (names: readonly string[], verb = 'is'): string =>
  `${listed(names)} ${names.length === 1 ? verb : { is: 'are', changes: 'change' }[verb]}`;

/** `web: east changes, spare is added; north is untouched.` */
function whatChanges(name: string, { keys: all, takers, fresh }: Disruption): string {
  const stays = fresh === 'taken' ? takers : all.unchanged;
  const kept = stays.length === 0 ? '' : `; ${is(stays)} untouched`;
  const changes = [
    ...(all.changed.length > 0 ? [is(all.changed, 'changes')] : []),
    ...(all.added.length > 0 ? [`${is(all.added)} added`] : []),
    ...(all.removed.length > 0 ? [`${is(all.removed)} removed`] : []),
  ].join(', ');
  return `${name}: ${changes}${kept}.`;
}

function weights(strategy: Strategy): string {
  const all = weightsOf(strategy);
  return shortened(keysOf(strategy).map((key) => `${key}=${all[key]}`)).join(', ');
}

const seconds = (ms: number): string => `${ms / 1000} s`;

function twoWrites(name: string, all: Disruption, settleMs: number): DisruptionLine[] {
  const [first = {}, last = {}] = all.steps;
  const unless = all.known ? '' : ` if ${is(all.live)} reachable (Skupper does not report it)`;
  return [
    notice(`${name} is changed in two steps, so that no connection is refused or cut${unless}:`),
    notice(`  1. ${weights(first)} (${listed(all.takers)} unchanged)`),
    notice(`  2. ${weights(last)} (once the router uses step 1, or after ${seconds(settleMs)})`),
  ];
}

function whyRefused({ oneWrite, live }: Disruption): string {
  if (oneWrite === 'priority') return 'every reachable routing key changes its rank';
  if (live.length === 1) return `${live[0]} is its only reachable routing key, and it changes`;
  return 'no reachable routing key stays unchanged';
}

function wayOut({ oneWrite }: Disruption, name: string): DisruptionLine[] {
  if (oneWrite === 'asked') return [notice('Two steps would avoid it: omit --one-step.')];
  if (oneWrite === 'unprocessed') {
    return [notice(`Two steps would avoid it, once ${name} is configured: ${ownCommand(`status ${name}`)}`)];
  }
  if (oneWrite !== 'limits') return [];
  return [notice('Two steps would avoid it, but the first would have too many routing keys or too large weights.')];
}

function refused(name: string, all: Disruption): DisruptionLine[] {
  const unless = all.known ? '' : `, if ${listed(all.live, 'or')} is reachable (Skupper does not report it)`;
  return [
    warning(`New connections to ${name} are refused for a moment${unless}: ${whyRefused(all)}. Open connections stay.`),
    warning('A router that loses its last routing key while clients connect can crash, which cuts everything.'),
    ...wayOut(all, name),
  ];
}

/** The lines about a change of routing keys only, which does not replace the listener. */
function keyLines(name: string, all: Disruption, settleMs: number): DisruptionLine[] {
  if (all.fresh === 'refused') return refused(name, all);
  if (all.steps.length > 1) return twoWrites(name, all, settleMs);
  const what = notice(whatChanges(name, all));
  if (all.fresh === 'untouched') return [what, notice('Open and new connections are not affected.')];
  const unless = all.known ? '' : `, if ${is(all.takers)} reachable (Skupper does not report it)`;
  return [what, notice(`New connections go to ${listed(all.takers)} for a moment; none is refused or cut${unless}.`)];
}

function listenerLines(before: MultiKeyListener, after: MultiKeyListener, all: Disruption): DisruptionLine[] {
  const { name } = before.metadata;
  const until = all.fresh === 'ended' ? 'until a routing key is reachable' : 'for a moment';
  const old = addressOf(before.spec);
  const next = addressOf(after.spec);
  const who = `its open connections are cut, and new ones are refused ${until}`;
  return [
    warning(`The listener of ${name} is replaced (${all.replaced.join(', ')}): ${who}.`),
    ...(old === next ? [] : [warning(`Clients must then use ${next}; ${old} no longer works.`)]),
  ];
}

function effect(
  before: MultiKeyListener,
  after: MultiKeyListener,
  all: Disruption,
  settleMs: number,
): DisruptionLine[] {
  const { name } = before.metadata;
  if (all.way === 'nothing') return [];
  if (all.way === 'reload') {
    const cut = 'cuts all its connections and refuses new ones until it is back';
    return [
      ...(kindOf(before.spec.strategy) === kindOf(after.spec.strategy)
        ? []
        : [notice(`The file of ${name} gets the new strategy; nothing is deleted.`)]),
      warning(`The reload that applies this change restarts the router, which ${cut}.`),
    ];
  }
  if (all.way === 'reloads') {
    const steps = `The site is reloaded without ${name}, and once more with the new one`;
    return [warning(`${steps}: each restarts the router, which cuts all connections through it until it is back.`)];
  }
  if (all.fresh === 'unserved')
    return [notice(`No routing key of ${name} is reachable, so no connection is affected.`)];
  if (all.way === 'recreate') {
    const until = all.fresh === 'ended' ? 'until a routing key is reachable' : 'until the new one is applied';
    return [
      warning(`${name} is deleted and recreated: its open connections are cut, and new ones are refused ${until}.`),
    ];
  }
  if (all.way === 'listener') return listenerLines(before, after, all);
  if (all.fresh !== 'ended') return keyLines(name, all, settleMs);
  const left = listed(keysOf(after.spec.strategy), 'or');
  return [warning(`New connections to ${name} are refused until ${left} has a connector. Open connections stay.`)];
}

/**
 * Describes what a change does to open and new connections and in how many writes it is made, for `update`, `--diff` and
 * `apply`.
 *
 * @param settleMs the time between two writes if the routers cannot be asked, in milliseconds
 * @returns at most five short lines; none if the change does not affect the router
 */
export function disruptionLines(
  before: MultiKeyListener,
  after: MultiKeyListener,
  all: Disruption,
  settleMs: number,
): DisruptionLine[] {
  const single = keysOf(after.spec.strategy).length === 1;
  const why = single
    ? 'a single routing key gets all connections, whatever its weight'
    : 'the ratio of the weights stays the same';
  return [
    ...(all.sameShares ? [notice(`The shares of connections do not change: ${why}.`)] : []),
    ...effect(before, after, all, settleMs),
  ];
}
