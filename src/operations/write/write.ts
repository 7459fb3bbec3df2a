import type { Facts } from '../../model/facts.js';
import { isFailure, joinFailures, type Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import type { Store } from '../../store/store.js';
import { preflight } from '../preflight.js';
import { reloadCommand } from '../wait/failures.js';
import { removeAll } from './delete.js';
import { halfDone, withWritten } from './outcome.js';
import { deliver } from './send.js';
import { foresee } from './two-writes.js';
import { nameOf, type Deletion, type Outcome, type Update, type Work, type WriteOptions } from './work.js';

/** What the checks before a write learned about the surroundings of each resource. */
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
 * Checks what surrounds every resource that is to change, side by side. Nothing is written.
 * @throws Failure with the errors of all of them
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
 * Carries out what was decided: creates and changes in the order given, then the deletions, then the reload of a system
 * site, then the wait. Returns the resources that were written, in order, as they are then; with a dry run as they would be.
 *
 * @param checked what `check` returned
 * @throws Failure of the first create or change that fails (with what was done before it), of all deletions that fail
 *   together, of the reload and of the wait (with the names of what was written and stays)
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
    const told = 'the written files stay, and the site continues to run its old configuration';
    for (const store of stores) {
      const next = `When the cause is fixed, run: ${reloadCommand(store.where)}`;
      await options.reload?.(store, { holds: told, next });
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

/** One store for each place: two stores of one namespace are reloaded once. */
function distinct(stores: readonly Store[]): Store[] {
  return [...new Map(stores.map((store) => [siteOf(store), store])).values()];
}

const siteOf = ({ where }: Store): string => `${where.platform}/${where.namespace}`;

async function sendAll(work: readonly Writing[], checked: Checked, options: WriteOptions): Promise<MultiKeyListener[]> {
  const written: MultiKeyListener[] = [];
  const names = work.map(nameOf);
  const told = new Set<Store>();
  for (const [index, each] of work.entries()) {
    const name = names[index] ?? '';
    try {
      const makes = each.way === 'create' && !told.has(each.store) && (await each.store.makesNamespace?.());
      written.push(await send(each, checked.get(each), options));
      if (makes) options.tell({ type: 'notice', text: newNamespace(each.store, options) });
      told.add(each.store);
    } catch (error) {
      if (!isFailure(error) || work.length === 1) throw error;
      const before = work.slice(0, index).filter(({ way }) => way !== 'unchanged');
      const failure = halfDone(error, name, names.slice(0, index), names.slice(index + 1));
      throw options.dryRun === 'none' ? withWritten(failure, before.map(nameOf)) : failure;
    }
    options.tell({ type: 'done', name, outcome: OUTCOMES[each.way] });
  }
  return written;
}

/** The first file of a system site's namespace makes its folder: a mistyped name would go unnoticed otherwise. */
function newNamespace({ where }: Store, { dryRun }: WriteOptions): string {
  const folder = where.folder === undefined ? '' : `: ${where.folder}`;
  const made = dryRun === 'none' ? 'was created' : 'does not exist yet and would be created';
  return `Namespace ${where.namespace} ${made}${folder}`;
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

/** Waits for all that was written, side by side; the first that fails ends the others. */
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
