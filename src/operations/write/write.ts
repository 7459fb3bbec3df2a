import type { Facts } from '../../model/facts.js';
import { isFailure, joinFailures, type Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { heldBy, waitForDeletion } from '../../model/summary.js';
import type { Store } from '../../store/store.js';
import { preflight } from '../preflight.js';
import { reloadCommand } from '../wait/failures.js';
import { removeAll } from './delete.js';
import { halfDone, withWritten } from './outcome.js';
import { deliver } from './send.js';
import { foresee } from './two-writes.js';
import { nameOf, type Deletion, type Outcome, type Update, type Work, type WriteOptions } from './work.js';

/** The facts that the preflight checks read about the surroundings of each resource. */
export type Checked = ReadonlyMap<Work, Facts>;

const OUTCOMES: Record<Exclude<Work['way'], 'delete'>, Outcome> = {
  create: 'created',
  patch: 'updated',
  recreate: 'recreated',
  unchanged: 'unchanged',
};

type Writing = Exclude<Work, { way: 'delete' }>;
const isWriting = (work: Work): work is Writing => work.way !== 'delete';
const isDeletion = (work: Work): work is Work & Deletion => work.way === 'delete';

/**
 * Runs the preflight checks for every resource that will change, in parallel. Nothing is written.
 *
 * @returns the facts of each; empty without preflight checks and in a client dry run
 * @throws Failure with the errors of all resources
 */
export async function check(work: readonly Work[], options: WriteOptions): Promise<Checked> {
  const checked = new Map<Work, Facts>();
  if (!options.preflight || options.dryRun === 'client') return checked;
  const changing = work.filter(isWriting).filter(({ way }) => way !== 'unchanged');
  const results = await Promise.allSettled(
    changing.map(async (each) => {
      const forgets = each.way === 'recreate' && options.reload !== undefined;
      return [each, await preflight(each.store, each.after, { ...options, forgets })] as const;
    }),
  );
  const failures: Failure[] = [];
  for (const result of results) {
    if (result.status === 'fulfilled') {
      const [each, { facts, ...findings }] = result.value;
      checked.set(each, facts);
      options.tell({ type: 'checked', findings });
    } else if (isFailure(result.reason)) failures.push(result.reason);
    else throw result.reason;
  }
  const failure = joinFailures(failures);
  if (failure) throw failure;
  return checked;
}

/**
 * Carries out planned writes: creates and updates in the given order, then the deletions, then the reload of a system
 * site, then the wait.
 *
 * @param checked the result of `check`
 * @returns the created, updated and unchanged resources, in order, as they are after the wait; in a dry run as they would be
 * @throws Failure of the first create or update that fails (with the names of those done before it), one failure for all
 *   failed deletions, and the failure of the reload or the wait (with the names of the written resources)
 */
export async function write(
  work: readonly Work[],
  checked: Checked,
  options: WriteOptions,
): Promise<MultiKeyListener[]> {
  const writing = work.filter(isWriting);
  const resources = await sendAll(writing, checked, options);
  const { deleted, failure } = await removeAll(work.filter(isDeletion), options);
  if (options.dryRun !== 'none') {
    if (failure) throw failure;
    return resources;
  }
  const changed = writing.filter(({ way }) => way !== 'unchanged');
  const stores = distinct([...changed, ...deleted].map(({ store }) => store));
  try {
    const holds = 'the written files stay, and the site continues to run its old configuration';
    for (const store of stores) {
      const next = `When the cause is fixed, run: ${reloadCommand(store.where)}`;
      await options.reload?.(store, { holds, next });
      const names = changed.filter((each) => siteOf(each.store) === siteOf(store)).map(nameOf);
      if (names.length > 0) await options.reloaded?.(store, names);
    }
    if (!failure) return await settle(writing, resources, options);
  } catch (error) {
    throw withWritten(error, changed.map(nameOf));
  } finally {
    if (options.system && !options.reload) for (const store of stores) options.tell({ type: 'reload-needed', store });
  }
  throw withWritten(failure, changed.map(nameOf));
}

/** One store for each site, so that two stores of one namespace are reloaded once. */
function distinct(stores: readonly Store[]): Store[] {
  return [...new Map(stores.map((store) => [siteOf(store), store])).values()];
}

const siteOf = ({ where }: Store): string => `${where.platform}/${where.namespace}`;

async function sendAll(work: readonly Writing[], checked: Checked, options: WriteOptions): Promise<MultiKeyListener[]> {
  const written: MultiKeyListener[] = [];
  const names = work.map(nameOf);
  const announced = new Set<Store>();
  for (const [index, each] of work.entries()) {
    const name = names[index] ?? '';
    try {
      const makesNamespace =
        each.way === 'create' && !announced.has(each.store) && (await each.store.makesNamespace?.());
      written.push(await send(each, checked.get(each), options));
      if (makesNamespace) options.tell({ type: 'notice', text: newNamespace(each.store, options) });
      announced.add(each.store);
    } catch (error) {
      if (!isFailure(error) || work.length === 1) throw error;
      const before = work.slice(0, index).filter(({ way }) => way !== 'unchanged');
      const failure = halfDone(error, name, names.slice(0, index), names.slice(index + 1));
      throw options.dryRun === 'none' ? withWritten(failure, before.map(nameOf)) : failure;
    }
    options.tell({ type: 'done', name, outcome: OUTCOMES[each.way] });
    if (each.way === 'unchanged' && each.before.metadata.deletionTimestamp)
      options.tell({ type: 'notice', text: unchangedButDeleted(each.before) });
  }
  return written;
}

/** The notice that a write creates the namespace of a system site, so that a mistyped namespace is noticed. */
function newNamespace({ where }: Store, { dryRun }: WriteOptions): string {
  const folder = where.folder === undefined ? '' : `: ${where.folder}`;
  const made = dryRun === 'none' ? 'was created' : 'does not exist yet and would be created';
  return `Namespace ${where.namespace} ${made}${folder}`;
}

/** As in kubectl, a resource that needs no change is no error while it is being deleted, but it does not stay as the files say. */
function unchangedButDeleted(resource: MultiKeyListener): string {
  const { name, namespace } = resource.metadata;
  return `${name} is being deleted and ${heldBy(resource)}. ${waitForDeletion(name, namespace)}`;
}

function send(work: Writing, facts: Facts | undefined, options: WriteOptions): Promise<MultiKeyListener> {
  const { dryRun, signal } = options;
  if (work.way === 'unchanged') return Promise.resolve(work.before);
  if (work.way !== 'create') return update(work.store, work, facts, options);
  if (dryRun === 'client') return Promise.resolve(work.after);
  return work.store.create(work.after, { dryRun: dryRun === 'server', signal });
}

async function update(
  store: Store,
  plan: Update,
  facts: Facts | undefined,
  options: WriteOptions,
): Promise<MultiKeyListener> {
  const { before, after } = plan;
  const { reload, signal, tell, timeoutMs, settleMs, dryRun } = options;
  const disruption = foresee(plan, {
    system: options.system,
    forgets: reload !== undefined,
    oneStep: options.oneStep,
    facts,
  });
  tell({ type: 'disruption', before, after, disruption });
  if (dryRun === 'client') return after;
  const forget =
    reload &&
    ((): Promise<void> => {
      const holds = `the site still runs the old ${before.metadata.name}`;
      return reload(store, { holds, next: 'When the cause is fixed, run the same command again.' });
    });
  return deliver(store, plan, disruption, {
    dryRun: dryRun === 'server',
    signal,
    timeoutMs,
    settleMs,
    forget,
    completing: options.completing(plan),
    configured: (written) => options.wait(store, written, 'configured', signal),
    keep: (resource) => options.keep(store, resource),
    narrate: (text) => tell({ type: 'notice', text }),
  });
}

/** Waits for all written resources in parallel; the first failure ends the other waits. */
async function settle(
  work: readonly Writing[],
  resources: readonly MultiKeyListener[],
  { goal, signal, wait }: WriteOptions,
): Promise<MultiKeyListener[]> {
  const others = new AbortController();
  const all = AbortSignal.any([signal, others.signal]);
  try {
    return await Promise.all(
      work.map(({ store, way, after }, index) => {
        const resource = resources[index] ?? after;
        return way === 'unchanged' || goal === 'none' || goal === 'deleted'
          ? resource
          : wait(store, resource, goal, all);
      }),
    );
  } finally {
    others.abort();
  }
}
